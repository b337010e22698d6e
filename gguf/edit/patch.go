package edit

import (
	"errors"
	"io"

	"github.com/nibble-go/nibble/gguf"
)

// sectorBytes is the least that a disk writes at once. Those with larger
// sectors write a multiple of it.
const sectorBytes = 512

// A patch is a run of bytes that changes a file where it stands.
type patch struct {
	offset int64
	bytes  []byte // none: the file is as it should be already
}

// patchOf returns the patch that makes the header of f, which src holds, that
// of the plan, and false where bytes of more than one sector differ or where
// the tensors would stand elsewhere.
func (p *Plan) patchOf(src io.ReaderAt, f *gguf.File) (patch, bool, error) {
	layout := p.Files[0]
	if layout.DataOffset != f.DataOffset || layout.Alignment != f.Alignment || f.Size < f.DataOffset {
		return patch{}, false, nil
	}
	d := differ{src: src}
	err := layout.WriteHeader(&d)
	switch {
	case errors.Is(err, errTooMuch):
		return patch{}, false, nil
	case err != nil:
		return patch{}, false, err
	}
	return patch{d.first, d.changed[:d.length]}, true, nil
}

// errTooMuch ends a comparison that went beyond one sector.
var errTooMuch = errors.New("differences in more than one sector")

// A differ compares what is written to it with a source, and keeps what
// differs, from the first byte to the last, within one sector.
type differ struct {
	src     io.ReaderAt
	at      int64  // of the next byte
	old     []byte // of the source
	first   int64  // byte that differs
	changed []byte // from the first byte to the end of its sector
	length  int    // up to the last byte that differs
}

func (d *differ) Write(b []byte) (int, error) {
	if len(b) > len(d.old) {
		d.old = make([]byte, len(b))
	}
	if n, err := d.src.ReadAt(d.old[:len(b)], d.at); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	for i, c := range b {
		at := d.at + int64(i)
		differs := c != d.old[i]
		if differs && d.length == 0 {
			d.first = at
		}
		switch within := d.first/sectorBytes == at/sectorBytes; {
		case !differs && d.length == 0: // nothing yet
		case differs && !within:
			return i, errTooMuch
		case within:
			d.changed = append(d.changed, c)
			if differs {
				d.length = len(d.changed)
			}
		}
	}
	d.at += int64(len(b))
	return len(b), nil
}
