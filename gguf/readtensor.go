package gguf

import (
	"io"
	"math"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/quantize"
)

// readTensors reads the tensor infos, finds the data section and gives every
// tensor its view.
func (p *parser) readTensors(n int64) error {
	f := p.file
	expected := int(min(n, maxExpected))
	f.byName = make(map[string]*Tensor, expected)
	f.Tensors = make([]*Tensor, 0, expected)
	data := int64(0) // bytes of the data section so far
	offsets := make([]int64, 0, expected)
	for range n {
		t, padded, at, err := p.readTensorInfo(data)
		if err != nil {
			return err
		}
		data += padded
		f.Tensors = append(f.Tensors, t)
		f.byName[t.Name] = t
		offsets = append(offsets, at)
	}
	return p.placeData(data, offsets)
}

// readTensorInfo reads the info of the tensor that starts at byte data of the
// data section. It returns the bytes that the tensor takes, padding included,
// and where its offset field stands.
func (p *parser) readTensorInfo(data int64) (t *Tensor, padded, at int64, err error) {
	start := p.Pos()
	name, err := p.string()
	if err == nil {
		err = p.checkTensorName(start, name)
	}
	if err != nil {
		return nil, 0, 0, p.fail(start, "tensor "+decimal(len(p.file.Tensors))+" ", err)
	}
	if problem := nameProblem(name); problem != "" {
		if err := p.warn(start, tensorPath(name), problem); err != nil {
			return nil, 0, 0, err
		}
	}
	t = &Tensor{TensorInfo: TensorInfo{Name: name}}

	start = p.Pos()
	if err := p.readDims(t); err != nil {
		return nil, 0, 0, p.fail(start, tensorPath(name), err)
	}
	typeAt := p.Pos()
	id, err := p.Uint32()
	if err != nil {
		return nil, 0, 0, p.fail(typeAt, tensorPath(name)+".type", err)
	}
	t.Type = quantize.Type(id)
	if !t.Type.Valid() {
		return nil, 0, 0, p.fail(typeAt, tensorPath(name)+".type", typeError(id))
	}
	size, err := t.Size()
	if err != nil {
		return nil, 0, 0, p.fail(start, tensorPath(name)+".dims", err)
	}
	padded, fits := pad(size, p.file.Alignment)
	if !fits || padded > math.MaxInt64-data {
		return nil, 0, 0, p.fail(start, tensorPath(name)+".dims", malformed("tensors take more than 2^63 bytes"))
	}

	at = p.Pos()
	offset, err := p.Uint64()
	switch {
	case err != nil:
		return nil, 0, 0, p.fail(at, tensorPath(name)+".offset", err)
	case offset != uint64(data):
		return nil, 0, 0, p.fail(at, tensorPath(name)+".offset", malformed("offset is "+unsignedDecimal(offset)+
			", not "+decimal(data)+": tensors follow each other at the next multiple of "+decimal(p.file.Alignment)))
	case !p.opts.HeaderOnly && size > p.size-data:
		return nil, 0, 0, p.fail(at, tensorPath(name)+".offset", malformed("tensor of "+decimal(size)+
			" bytes at offset "+decimal(data)+" does not fit into a file of "+decimal(p.size)))
	}
	t.Offset = data
	return t, padded, at, nil
}

func (p *parser) checkTensorName(at int64, name string) error {
	switch {
	case name == "":
		return p.fail(at, "name", malformed("name is empty"))
	case len(name) > maxNameBytes:
		return p.fail(at, "name", malformed("name of "+decimal(len(name))+" bytes is longer than 63"))
	case strings.IndexByte(name, 0) >= 0:
		return p.fail(at, "name", malformed("name "+fault.Quote(name)+" holds a NUL"))
	case p.file.byName[name] != nil:
		return p.fail(at, "name", malformed("name "+fault.Quote(name)+" is used twice"))
	}
	return nil
}

func (p *parser) readDims(t *Tensor) error {
	at := p.Pos()
	n, err := p.Uint32()
	switch {
	case err != nil:
		return p.fail(at, ".dims", err)
	case n > maxDims:
		return p.fail(at, ".dims", malformed(decimal(n)+" dims are more than 4"))
	}
	for i := range n {
		at := p.Pos()
		d, err := p.Uint64()
		switch {
		case err != nil:
			return p.fail(at, ".dims["+decimal(i)+"]", err)
		case d > math.MaxInt64:
			return p.fail(at, ".dims["+decimal(i)+"]", malformed("dimension "+unsignedDecimal(d)+" is negative"))
		}
		t.dims[i] = int64(d)
	}
	t.Dims = t.dims[:n:n]
	return nil
}

// typeError says what a type id is that quantize does not know.
func typeError(id uint32) error {
	switch {
	case id > math.MaxInt32:
		return malformed("tensor type " + decimal(int32(id)) + " is negative")
	case id <= uint32(quantize.Q2_0):
		return unsupported("tensor type " + decimal(id) + " was removed from ggml")
	}
	return unsupported("tensor type " + decimal(id) + " is not known")
}

// placeData finds where the data section starts, checks that the file holds
// it, and cuts it into views. offsets holds where each tensor's offset field
// stands, for errors.
func (p *parser) placeData(data int64, offsets []int64) error {
	f := p.file
	end := p.Pos()
	start, _ := pad(end, f.Alignment) // fits: a header does not come near 2^63 bytes
	f.DataOffset = start
	for i, t := range f.Tensors {
		size, err := t.Size()
		if err != nil {
			return p.fail(offsets[i], tensorPath(t.Name), err) // cannot happen: Size was checked
		}
		if t.Offset > math.MaxInt64-start-size {
			return p.fail(offsets[i], tensorPath(t.Name)+".offset", malformed("tensor ends behind byte 2^63"))
		}
		t.file = start + t.Offset
		t.view = *io.NewSectionReader(p.src, t.file, size)
		t.ReaderAt = &t.view
		if !p.opts.HeaderOnly && t.file+size > p.size {
			return p.fail(offsets[i], tensorPath(t.Name)+".offset", truncated("tensor ends at byte "+decimal(t.file+size)+
				", behind the end of the file at "+decimal(p.size)))
		}
	}
	if p.opts.HeaderOnly {
		return nil
	}
	return p.checkEnd(end, data)
}

// checkEnd compares the end of the file with the end of the data. Some
// writers leave out the padding behind the last tensor; a file that ends
// within it was cut.
func (p *parser) checkEnd(headerEnd, data int64) error {
	f := p.file
	if len(f.Tensors) == 0 {
		// Whether the header is padded when nothing follows depends on the
		// writer.
		if p.size > headerEnd && p.size != f.DataOffset {
			return p.warn(headerEnd, "", decimal(p.size-headerEnd)+" bytes follow the header of a file without tensors")
		}
		return nil
	}
	last := f.Tensors[len(f.Tensors)-1]
	tensorEnd := last.file + last.Bytes()
	dataEnd := f.DataOffset + data
	switch {
	case p.size > dataEnd:
		return p.warn(dataEnd, "", decimal(p.size-dataEnd)+" bytes follow the last tensor")
	case p.size == dataEnd:
		return nil
	case p.size == tensorEnd:
		return p.warn(tensorEnd, tensorPath(last.Name), "the padding behind the last tensor is missing")
	}
	return p.fail(tensorEnd, tensorPath(last.Name), truncated("file ends at byte "+decimal(p.size)+
		", within the padding to "+decimal(dataEnd)))
}
