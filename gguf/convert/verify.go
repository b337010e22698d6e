package convert

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/quantize"
)

// A DamageKind says what found a damage.
type DamageKind string

const (
	DamagedHeader  DamageKind = "header"   // the format is broken
	DamagedPadding DamageKind = "padding"  // bytes that should be zero are not
	DamagedValues  DamageKind = "values"   // a block decodes to NaN or an infinity
	DamagedSum     DamageKind = "checksum" // a checksum is another one
	MissingFile    DamageKind = "missing"  // a file of a split set is not there
	NotOfSource    DamageKind = "source"   // a tensor is not what the source's weights become
)

// A Damage is a place of a file that is not as it should be.
type Damage struct {
	Kind   DamageKind `json:"kind"`
	File   string     `json:"file"`
	Tensor string     `json:"tensor,omitempty"`
	Block  *BlockAt   `json:"block,omitempty"` // the first that is damaged
	Offset int64      `json:"offset"`          // of the first byte, from the start of the file; -1 where nothing tells
	Count  int64      `json:"count,omitempty"` // of the tensor's damaged blocks
	Text   string     `json:"text"`
}

// BlockAt is the place of a block: its row, of the tensor seen as one matrix,
// and its number in the row, both from 0.
type BlockAt struct {
	Row   int64 `json:"row"`
	Index int64 `json:"index"`
}

// VerifyOptions say how a file is verified. The zero value is strict and uses
// all processors.
type VerifyOptions struct {
	// Lenient lets pass what llama.cpp reads past: the warnings of package
	// gguf, and bytes in the padding.
	Lenient bool

	// Workers bounds the goroutines; 0 means one for each processor. What is
	// found does not depend on it.
	Workers int

	// Progress, if not nil, is called with the bytes of tensors checked so far
	// and in all. Calls do not overlap.
	Progress func(done, total int64)
}

// A Verification says what was checked and what was found.
type Verification struct {
	Path      string   `json:"path"`
	Files     int      `json:"files"`
	Tensors   int      `json:"tensors"`
	Bytes     int64    `json:"bytes"`               // of all files
	Unchecked []string `json:"unchecked,omitempty"` // tensors whose values have no rule
	Damages   []Damage `json:"damages"`
}

// Verify checks the GGUF file at path, or the split set of which it is the
// first file: that all files of a set are there; that the headers are sound,
// and those of a set agree; that padding is zero; and that no block of any tensor decodes to NaN or an
// infinity. It finds what was damaged there, and not what another value could
// as well be: that takes a checksum, or the source that the file was made from
// (see [VerifySource]).
//
// What it finds is in the result; the error is for what kept it from looking,
// such as a path at which there is nothing, a file that this module cannot read,
// or a [SplitError].
func Verify(ctx context.Context, path string, opts VerifyOptions) (*Verification, error) {
	v := &Verification{Path: path, Damages: []Damage{}}
	paths, err := v.openSet(path)
	if err != nil || len(v.Damages) > 0 {
		return v, err
	}
	var pieces []piece
	for _, path := range paths {
		f, err := gguf.OpenSingle(path, gguf.ReaderOptions{})
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if err := v.checkStructure(path, f, opts.Lenient); err != nil {
			return nil, err
		}
		pieces = append(pieces, v.pieces(path, f)...)
	}
	return v, v.checkValues(ctx, pieces, opts)
}

// openSet finds out which files there are, and whether they can be read and
// belong together.
func (v *Verification) openSet(path string) ([]string, error) {
	f, err := gguf.Open(path)
	if err != nil {
		if missing, ok := errors.AsType[*gguf.MissingSplitError](err); ok {
			v.addMissing(path, missing)
			return nil, nil
		}
		var format *gguf.FormatError
		if !errors.Is(err, gguf.ErrFormat) {
			return nil, err
		}
		if split := splitApart(path); split != nil {
			return nil, split
		}
		switch {
		case errors.As(err, &format):
			v.add(Damage{Kind: DamagedHeader, File: path, Offset: format.Offset, Text: err.Error()})
		default:
			v.add(Damage{Kind: DamagedHeader, File: path, Offset: -1, Text: err.Error()})
		}
		return nil, nil
	}
	v.Files, v.Tensors, v.Bytes = max(len(f.Splits), 1), len(f.Tensors), f.Size
	paths := []string{path}
	if prefix, _, count, ok := gguf.ParseSplitName(path); ok && len(f.Splits) > 1 {
		paths = nil
		for i := range count {
			paths = append(paths, gguf.SplitName(prefix, i, count))
		}
	}
	return paths, f.Close()
}

// addMissing adds a damage for each file that the set of which path is the first
// lacks; one of them is known.
func (v *Verification) addMissing(path string, known *gguf.MissingSplitError) {
	prefix, _, count, _ := gguf.ParseSplitName(path)
	for i := range count {
		missing := gguf.MissingSplitError{Name: gguf.SplitName(prefix, i, count)}
		if _, err := os.Stat(missing.Name); missing.Name == known.Name || errors.Is(err, fs.ErrNotExist) {
			v.add(Damage{Kind: MissingFile, File: missing.Name, Offset: -1, Text: missing.Error()})
		}
	}
}

// A SplitError reports a file that is sound by itself and one of a split set
// for which it cannot stand: it is not the first, or its name is not that of a
// file of the set.
type SplitError struct {
	Path      string
	No, Count int    // which file it is, from 0, and of how many
	First     string // the path of the set's first file, empty where the name does not tell
}

func (e *SplitError) Error() string {
	s := fmt.Sprintf("%s: it is file %d of the %d of a split set", e.Path, e.No+1, e.Count)
	if e.First == "" {
		s += ", and not named as one: " + gguf.SplitName("NAME", e.No, e.Count)
	}
	return s
}

// splitApart returns a SplitError for the file at path, nil where it is none.
// A name and a header that tell of different files are a damage.
func splitApart(path string) *SplitError {
	f, err := gguf.OpenSingle(path, gguf.ReaderOptions{})
	if err != nil {
		return nil
	}
	defer f.Close()
	no, count, err := f.SplitInfo()
	if err != nil || count == 1 {
		return nil
	}
	prefix, nameNo, nameCount, named := gguf.ParseSplitName(path)
	switch {
	case !named:
		return &SplitError{path, no, count, ""}
	case no > 0 && no == nameNo && count == nameCount:
		return &SplitError{path, no, count, gguf.SplitName(prefix, 0, count)}
	}
	return nil
}

func (v *Verification) add(d Damage) { v.Damages = append(v.Damages, d) }

// checkStructure checks all of a file but its tensors.
func (v *Verification) checkStructure(path string, f *gguf.File, lenient bool) error {
	if lenient {
		return nil
	}
	for _, w := range f.Warnings {
		v.add(Damage{Kind: DamagedHeader, File: path, Offset: w.Offset, Text: w.String()})
	}
	src, _, err := modeldir.OpenRegular(path)
	if err != nil {
		return err
	}
	defer src.Close()
	infos := make([]gguf.TensorInfo, len(f.Tensors))
	for i, t := range f.Tensors {
		infos[i] = t.TensorInfo
	}
	layout, err := gguf.NewLayout(f.Metadata, infos)
	if err != nil {
		v.add(Damage{Kind: DamagedHeader, File: path, Offset: -1, Text: err.Error()})
		return nil
	}
	if order, ok := f.ByteOrder.(binary.AppendByteOrder); ok {
		layout.ByteOrder = order
	}
	// A header says nothing that is not in its keys and tensors, so that the same, written anew, has the same bytes.
	if err := layout.WriteHeader(&headerCheck{v: v, path: path, src: src, size: f.Size}); err != nil && !errors.Is(err, errChecked) {
		return fmt.Errorf("%s: %w", path, err)
	}
	for i, t := range f.Tensors {
		from := t.FileOffset() + t.Bytes()
		to := min(from+layout.PaddingAfter(i), f.Size)
		if err := v.checkPadding(path, src, t.Name, from, to); err != nil {
			return err
		}
	}
	return nil
}

// errChecked ends a comparison of headers.
var errChecked = errors.New("checked")

// A headerCheck compares what is written to it with a file.
type headerCheck struct {
	v    *Verification
	path string
	src  io.ReaderAt
	size int64
	at   int64
	buf  []byte
}

func (c *headerCheck) Write(b []byte) (int, error) {
	const versionAt, versionEnd = 4, 8 // version 2 looks the same otherwise
	if len(c.buf) < len(b) {
		c.buf = make([]byte, len(b))
	}
	n := int(min(int64(len(b)), c.size-c.at)) // a file without tensors may lack the padding
	if got, err := c.src.ReadAt(c.buf[:n], c.at); got < n {
		return 0, unexpectedEnd(err)
	}
	for i := range n {
		at := c.at + int64(i)
		if b[i] == c.buf[i] || at >= versionAt && at < versionEnd {
			continue
		}
		c.v.add(Damage{Kind: DamagedPadding, File: c.path, Offset: at,
			Text: fmt.Sprintf("byte %d: 0x%02x in the header, where 0x%02x would be written", at, c.buf[i], b[i])})
		return i, errChecked
	}
	if n < len(b) {
		return n, errChecked
	}
	c.at += int64(n)
	return n, nil
}

func unexpectedEnd(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// checkPadding finds the first byte that is not zero.
func (v *Verification) checkPadding(path string, src io.ReaderAt, tensor string, from, to int64) error {
	if from >= to {
		return nil
	}
	padding := make([]byte, to-from)
	if n, err := src.ReadAt(padding, from); n < len(padding) {
		return fmt.Errorf("%s: byte %d: %w", path, from+int64(n), unexpectedEnd(err))
	}
	if i := slices.IndexFunc(padding, func(b byte) bool { return b != 0 }); i >= 0 {
		at := from + int64(i)
		v.add(Damage{Kind: DamagedPadding, File: path, Tensor: tensor, Offset: at,
			Text: fmt.Sprintf("byte %d: 0x%02x in the padding behind tensor %q", at, padding[i], tensor)})
	}
	return nil
}

// pieceBytes is about how much of a tensor is checked at a time.
const pieceBytes = 1 << 20

// A piece is a part of a tensor, whole blocks.
type piece struct {
	path   string
	tensor *gguf.Tensor
	from   int64 // first byte
	bytes  int
}

// pieces cuts the tensors of a file. Those of a big-endian file, which this
// module does not decode, are noted as unchecked.
func (v *Verification) pieces(path string, f *gguf.File) []piece {
	var all []piece
	for _, t := range f.Tensors {
		block := int64(t.Type.BlockBytes())
		if f.ByteOrder != binary.LittleEndian || errors.Is(quantize.Validate(t.Type, nil), quantize.ErrUnsupported) {
			v.Unchecked = append(v.Unchecked, t.Name)
			continue
		}
		step := pieceBytes / block * block
		for from := int64(0); from < t.Bytes(); from += step {
			all = append(all, piece{path, t, from, int(min(step, t.Bytes()-from))})
		}
	}
	return all
}

// checkValues validates all pieces, on several processors.
func (v *Verification) checkValues(ctx context.Context, pieces []piece, opts VerifyOptions) error {
	found := make([]*Damage, len(pieces))
	errs := make([]error, len(pieces))
	var done, total int64
	for _, p := range pieces {
		total += int64(p.bytes)
	}
	var mu sync.Mutex // of done
	run := func(i int, buf []byte) {
		found[i], errs[i] = pieces[i].check(buf)
		if opts.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done += int64(pieces[i].bytes)
			opts.Progress(done, total)
		}
	}
	inParallel(ctx, len(pieces), opts.Workers, func() func(int) {
		buf := make([]byte, pieceBytes)
		return func(i int) { run(i, buf) }
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	last := (*Damage)(nil) // of the same tensor
	for i, d := range found {
		switch {
		case errs[i] != nil:
			return errs[i]
		case d == nil:
		case last != nil && last.Tensor == d.Tensor && last.File == d.File:
			last.Count += d.Count
		default:
			v.add(*d)
			last = &v.Damages[len(v.Damages)-1]
		}
	}
	return nil
}

// inParallel calls what start returns for 0 to n-1, in order of start but not
// of end, each worker with what its own call of start returned.
func inParallel(ctx context.Context, n, workers int, start func() func(i int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			work := start()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
}

// check validates the piece. The damage tells its first block that is invalid,
// and how many there are.
func (p piece) check(buf []byte) (*Damage, error) {
	data := buf[:p.bytes]
	if n, err := p.tensor.ReadAt(data, p.from); n < len(data) {
		return nil, fmt.Errorf("%s: %w", p.path, tensorNameError(p.tensor.Name, unexpectedEnd(err)))
	}
	var d *Damage
	size := p.tensor.Type.BlockBytes()
	for at := 0; at < len(data); {
		err := quantize.Validate(p.tensor.Type, data[at:])
		if err == nil {
			break
		}
		var invalid *quantize.InvalidError
		if !errors.As(err, &invalid) {
			return nil, fmt.Errorf("%s: %w", p.path, tensorNameError(p.tensor.Name, err))
		}
		if d == nil {
			d = p.damage(int64(at)+int64(invalid.Byte), invalid)
		}
		d.Count++
		at += (invalid.Block + 1) * size
	}
	return d, nil
}

// damage places what was found at byte at of the piece.
func (p piece) damage(at int64, invalid *quantize.InvalidError) *Damage {
	t := p.tensor
	block := blockAt(t, p.from+at)
	d := &Damage{Kind: DamagedValues, File: p.path, Tensor: t.Name, Block: &block, Offset: t.FileOffset() + p.from + at}
	what := "value"
	if invalid.Field != "" {
		what = invalid.Field
	}
	d.Text = fmt.Sprintf("byte %d: %s is %s", d.Offset, what, invalid.Value)
	return d
}

// blockAt returns the block that byte at of a tensor belongs to.
func blockAt(t *gguf.Tensor, at int64) BlockAt {
	columns := int64(1)
	if len(t.Dims) > 0 {
		columns = t.Dims[0]
	}
	perRow := max(columns/int64(t.Type.BlockSize()), 1)
	block := at / int64(t.Type.BlockBytes())
	return BlockAt{Row: block / perRow, Index: block % perRow}
}
