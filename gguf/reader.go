package gguf

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/nibble-go/nibble/internal/binio"
	"github.com/nibble-go/nibble/internal/fault"
)

const (
	// The least that a key with its value and a tensor info take in a file:
	// counts in the header are held against them before anything is read.
	minKeyBytes    = 8 + 1 + 4 + 1
	minTensorBytes = 8 + 1 + 4 + 0 + 4 + 8

	// maxExpected bounds the room that is made for entries before they are
	// read.
	maxExpected = 1 << 16

	// maxArrayElements is llama.cpp's bound.
	maxArrayElements = 1 << 30
)

// NewReader reads the header of a GGUF file of size bytes. Tensors and long
// arrays stay in r, which must stay readable as long as they are used.
//
// A file that breaks the format gives a [*FormatError] that wraps ErrFormat
// or ErrUnsupported. Where r fails, its error is wrapped. A file of a split
// set is read on its own; see [JoinSplits] and [Open].
//
// The memory that it takes is in proportion to the header, not to what the
// header claims, and bounded by opts.
func NewReader(r io.ReaderAt, size int64, opts ReaderOptions) (*File, error) {
	if size < 0 {
		return nil, errors.New("gguf: negative size")
	}
	p := &parser{
		Reader: binio.NewReader(r, binary.LittleEndian, 0, size),
		src:    r,
		size:   size,
		opts:   opts.withDefaults(),
		file: &File{
			ByteOrder: binary.LittleEndian,
			Alignment: defaultAlignment,
			Metadata:  new(Metadata),
			Size:      size,
		},
	}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return p.file, nil
}

// A parser reads the header from front to back. Errors get their path on the
// way out, so that a good file pays nothing for it.
type parser struct {
	*binio.Reader
	src  io.ReaderAt
	size int64
	opts ReaderOptions
	file *File
	text int64 // bytes of strings kept in memory so far
}

func (p *parser) parse() error {
	tensors, keys, err := p.readHead()
	if err != nil {
		return err
	}
	p.file.Metadata.grow(int(min(keys, maxExpected)))
	for range keys {
		if err := p.readKeyValue(); err != nil {
			return err
		}
	}
	if problem := vocabularyProblem(p.file.Metadata); problem != "" {
		if err := p.warn(p.Pos(), "metadata", problem); err != nil {
			return err
		}
	}
	return p.readTensors(tensors)
}

// readHead reads magic, version and counts. The version tells the byte order:
// it is a small number, so its low half is zero only when it is read from the
// wrong end.
func (p *parser) readHead() (tensors, keys int64, err error) {
	var word [4]byte
	if p.size < int64(len(word)) {
		return 0, 0, p.fail(0, "magic", truncated("file of "+decimal(p.size)+" bytes is no GGUF file"))
	}
	if err := p.ReadFull(word[:]); err != nil {
		return 0, 0, p.fail(0, "magic", err)
	}
	if string(word[:]) != magic {
		return 0, 0, p.fail(0, "magic", malformed("file starts with "+fault.Quote(string(word[:]))+", not \"GGUF\""))
	}
	at := p.Pos()
	if err := p.ReadFull(word[:]); err != nil {
		return 0, 0, p.fail(at, "version", err)
	}
	order, version := binary.ByteOrder(binary.LittleEndian), binary.LittleEndian.Uint32(word[:])
	if version&0xffff == 0 && version != 0 {
		order, version = binary.BigEndian, binary.BigEndian.Uint32(word[:])
	}
	switch {
	case version == 0:
		return 0, 0, p.fail(at, "version", malformed("there is no version 0"))
	case version == 1:
		return 0, 0, p.fail(at, "version", unsupported("version 1 has not been written since 2023; convert the model anew"))
	case version > 3:
		return 0, 0, p.fail(at, "version", unsupported("version "+decimal(version)+" in "+orderName(order)+" order; versions 2 and 3 are known"))
	}
	p.SetOrder(order)
	p.file.ByteOrder, p.file.Version = order, version

	tensors, err = p.count("tensor count", minTensorBytes, p.opts.MaxTensors)
	if err != nil {
		return 0, 0, err
	}
	keys, err = p.count("key count", minKeyBytes, p.opts.MaxKeys)
	return tensors, keys, err
}

func orderName(order binary.ByteOrder) string {
	if order == binary.BigEndian {
		return "big-endian"
	}
	return "little-endian"
}

// count reads the number of things that follow, each of at least least bytes.
func (p *parser) count(path string, least, limit int64) (int64, error) {
	at := p.Pos()
	n, err := p.Uint64()
	switch {
	case err != nil:
		return 0, p.fail(at, path, err)
	case n > uint64(p.Remaining()/least):
		return 0, p.fail(at, path, truncated(unsignedDecimal(n)+" do not fit into the "+decimal(p.Remaining())+" bytes that remain"))
	case n > uint64(limit):
		return 0, p.fail(at, path, unsupported(unsignedDecimal(n)+" is above the limit of "+decimal(limit)))
	}
	return int64(n), nil
}

func (p *parser) readKeyValue() error {
	at := p.Pos()
	key, err := p.string()
	if err != nil {
		return p.fail(at, "metadata key "+decimal(p.file.Metadata.Len()), err)
	}
	switch {
	case key == "":
		return p.fail(at, "metadata key "+decimal(p.file.Metadata.Len()), malformed("key is empty"))
	case strings.IndexByte(key, 0) >= 0:
		return p.fail(at, metadataPath(key), malformed("key holds a NUL"))
	}
	if _, ok := p.file.Metadata.Get(key); ok {
		return p.fail(at, metadataPath(key), malformed("key is used twice"))
	}
	if problem := keyProblem(key); problem != "" {
		if err := p.warn(at, metadataPath(key), problem); err != nil {
			return err
		}
	}
	at = p.Pos()
	v, err := p.readValue()
	if err != nil {
		return p.fail(at, metadataPath(key), err)
	}
	if key == alignmentKey {
		if err := p.setAlignment(v, at); err != nil {
			return err
		}
	}
	p.file.Metadata.add(key, v)
	return nil
}

func (p *parser) setAlignment(v Value, at int64) error {
	alignment, problem := alignmentOf(v, p.opts.MaxAlignment)
	if problem != "" {
		return p.fail(at, metadataPath(alignmentKey), malformed(v.String()+" "+problem))
	}
	p.file.Alignment = alignment
	if alignment%8 != 0 {
		return p.warn(at, metadataPath(alignmentKey), v.String()+" is not a multiple of 8")
	}
	return nil
}

// string reads a length and as many bytes, and counts them against the limits.
func (p *parser) string() (string, error) {
	at := p.Pos()
	n, err := p.stringLen()
	if err != nil {
		return "", err
	}
	p.text += n
	if p.text > p.opts.MaxTextBytes {
		return "", p.fail(at, "", unsupported("strings take more than the limit of "+decimal(p.opts.MaxTextBytes)+" bytes"))
	}
	return p.Text(n)
}

func (p *parser) stringLen() (int64, error) {
	at := p.Pos()
	n, err := p.Uint64()
	switch {
	case err != nil:
		return 0, err
	case n > uint64(p.Remaining()):
		return 0, p.fail(at, "", truncated("string of "+unsignedDecimal(n)+" bytes does not fit into the "+decimal(p.Remaining())+" that remain"))
	case n > uint64(p.opts.MaxStringBytes):
		return 0, p.fail(at, "", unsupported("string of "+unsignedDecimal(n)+" bytes is above the limit of "+decimal(p.opts.MaxStringBytes)))
	}
	return int64(n), nil
}

// fail locates err. An error that has a place already keeps it and gets the
// path before its own. A failure of the source gets the place too but is no
// FormatError.
func (p *parser) fail(at int64, path string, err error) error {
	var (
		placed *FormatError
		named  *fault.Placed
		why    *fault.Reason
	)
	switch {
	case errors.As(err, &placed):
		placed.Path = path + placed.Path
		return placed
	case errors.As(err, &named):
		return named
	case errors.As(err, &why):
		return &FormatError{Offset: at, Path: path, Err: why}
	case errors.Is(err, binio.ErrShort):
		return &FormatError{Offset: at, Path: path, Err: &fault.Reason{Text: "file ends early, " + err.Error(), Sentinel: ErrFormat, Cause: err}}
	}
	return fault.At("byte "+decimal(at)+": "+path, err)
}
