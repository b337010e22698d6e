package convert

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// newFilePlan plans the quantization of a GGUF file.
func newFilePlan(ctx context.Context, path string, opts Options) (*Plan, error) {
	if err := refuseFile(path); err != nil {
		return nil, err
	}
	if opts.Name != "" || opts.PreTokenizer != "" {
		return nil, fmt.Errorf("%s: %w: the name of the model and of the pre-tokenizer are chosen for model directories; in a GGUF file an override sets their keys", path, ErrUnsupported)
	}
	f, err := openLittleEndian(path)
	if err != nil {
		return nil, err
	}
	plan, err := planOfFile(ctx, path, f, opts)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return plan, nil
}

// openLittleEndian opens a GGUF file, or a split set by its first file, in the
// byte order that tensors are encoded in.
func openLittleEndian(path string) (*gguf.File, error) {
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	if f.ByteOrder != binary.LittleEndian {
		return nil, errors.Join(fmt.Errorf("%s: %w: big-endian tensors", path, ErrUnsupported), f.Close())
	}
	return f, nil
}

func planOfFile(ctx context.Context, path string, f *gguf.File, opts Options) (*Plan, error) {
	arch := architectureOf(f.Metadata)
	if arch == "" {
		return nil, fmt.Errorf("%s: %w: no general.architecture, so it is no model", path, ErrUnsupported)
	}
	if len(f.Tensors) == 0 {
		return nil, fmt.Errorf("%s: %w: no tensors, so there is nothing to quantize", path, ErrUnsupported)
	}
	plan := &Plan{
		Name:           fileModelName(path),
		Architecture:   arch,
		Tensors:        make([]Tensor, len(f.Tensors)),
		allowNonFinite: opts.AllowNonFinite,
		source:         f,
	}
	for i, t := range f.Tensors {
		r := ggufRows{t}
		plan.Tensors[i] = Tensor{
			Name: t.Name, Shape: r.shape(), Source: t.Type.String(),
			Type: t.Type, Wanted: t.Type, Bytes: t.Bytes(),
			rows: r, precision: t.Type, origin: t, entry: t.Name,
		}
		plan.SourceBytes += t.Bytes()
	}
	to, err := opts.target(0)
	if err != nil {
		return nil, err
	}
	if opts.Type == "" || strings.EqualFold(opts.Type, Auto) {
		to.copies = true
	}
	if to.copies {
		to.fileType = fileTypeOf(f)
	}
	plan.FileType = to.fileType
	if to.copies {
		plan.FileType &^= guessedFileType
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	meta, err := plan.quantize(f.Metadata, to, opts.Quantize)
	if err != nil {
		return nil, err
	}
	if err := plan.layOut(meta, opts); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return plan, nil
}

// fileModelName returns a name for the model in the file: the file's, without
// extension and number of a split.
func fileModelName(path string) string {
	if prefix, _, _, ok := gguf.ParseSplitName(path); ok {
		return filepath.Base(prefix)
	}
	name := filepath.Base(path)
	if isGGUF(name) {
		name = name[:len(name)-len(".gguf")]
	}
	return name
}

// guessedFileType marks a file type that llama.cpp derived from the tensors,
// since the file does not say.
const guessedFileType = 1024

// fileTypeOf returns what the file says its type is. Where it says nothing,
// llama.cpp goes by the type that most tensors have.
func fileTypeOf(f *gguf.File) quantize.FileType {
	if v, ok := f.Metadata.Get(fileTypeKey); ok {
		if n, ok := v.Uint(); ok && v.Type() == gguf.TypeUint32 {
			return quantize.FileType(n)
		}
	}
	tensors := slices.Clone(f.Tensors)
	slices.SortStableFunc(tensors, func(a, b *gguf.Tensor) int { return quantize.CompareTensorNames(a.Name, b.Name) })
	counts := map[quantize.Type]int{}
	most := quantize.F32
	for _, t := range tensors {
		counts[t.Type]++
		if counts[t.Type] > counts[most] {
			most = t.Type
		}
	}
	return guessedFileType | fileTypeMostlyOf(most)
}

// fileTypeMostlyOf returns llama.cpp's file type for tensors that are mostly of
// type t.
func fileTypeMostlyOf(t quantize.Type) quantize.FileType {
	switch t {
	case quantize.Q3_K:
		return quantize.FileTypeQ3_K_M
	case quantize.Q4_K:
		return quantize.FileTypeQ4_K_M
	case quantize.Q5_K:
		return quantize.FileTypeQ5_K_M
	case quantize.IQ2_S:
		return quantize.FileTypeIQ2_S
	case quantize.IQ3_S:
		return quantize.FileTypeIQ3_S
	case quantize.NVFP4:
		return 39 // the one that llama-quantize cannot make
	case quantize.MXFP4:
		return quantize.FileTypeF32 // unknown to the reference's list
	}
	for _, ft := range quantize.FileTypes() {
		if ft.Default() == t {
			return ft
		}
	}
	return quantize.FileTypeF32
}

// keptSplits returns how many tensors each file of the output takes where the
// files of the source are to be kept, and nil where there is one file or they
// are not. Files at the end of which pruning leaves nothing are not kept.
func (p *Plan) keptSplits(keep bool) []int {
	f, ok := p.source.(*gguf.File)
	if !keep || !ok || len(f.Splits) < 2 {
		return nil
	}
	counts := make([]int, len(f.Splits))
	for i := range p.Tensors {
		counts[p.Tensors[i].origin.Split]++
	}
	for len(counts) > 0 && counts[len(counts)-1] == 0 {
		counts = counts[:len(counts)-1]
	}
	if len(counts) < 2 {
		return nil
	}
	return counts
}

// copied reports whether the tensor's bytes are taken as they are.
func (t *Tensor) copied() bool { return t.origin != nil && t.Type == t.origin.Type }

// ggufRows reads a tensor of a GGUF file.
type ggufRows struct {
	tensor *gguf.Tensor
}

func (r ggufRows) shape() []int64 { return innermostFirst(r.tensor.Dims) }

func (r ggufRows) dtype() safetensors.DType { return safetensors.F32 }

// read reads values that begin and end at a block.
func (r ggufRows) read(dst []float32, from int64, buf *scratch) error {
	src, err := r.encoded(from, len(dst), buf)
	if err != nil {
		return err
	}
	if err := quantize.Decode(dst, r.tensor.Type, src); err != nil {
		return tensorNameError(r.tensor.Name, err)
	}
	return nil
}

// encoded reads the bytes of n values, which begin and end at a block.
func (r ggufRows) encoded(from int64, n int, buf *scratch) ([]byte, error) {
	t := r.tensor
	before, err := t.Type.RowBytes(from)
	if err != nil {
		return nil, tensorNameError(t.Name, err)
	}
	size, err := t.Type.RowBytes(int64(n))
	if err != nil {
		return nil, tensorNameError(t.Name, err)
	}
	src := buf.bytes(size)
	if n, err := t.ReadAt(src, before); n < len(src) {
		if err == io.EOF || err == nil {
			err = io.ErrUnexpectedEOF
		}
		return nil, tensorNameError(t.Name, err)
	}
	return src, nil
}
