package convert

import (
	"errors"
	"fmt"
	"io"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/quantize"
)

// ErrPlanFile reports a plan file that is malformed: no JSON, a key that it does
// not have, a tensor without a type.
var ErrPlanFile = errors.New("malformed plan file")

// maxPlanFile bounds the bytes of a plan file: a line for each of more tensors
// than any model has.
const maxPlanFile = 64 << 20

// LoadPlanFile reads the plan file at path. Its errors wrap ErrPlanFile where the
// file is malformed, ErrUnsupported where it is of another version of the format
// and quantize.ErrUnsupported where a type is none.
func LoadPlanFile(path string) (*PlanFile, error) {
	src, _, err := modeldir.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	f, err := readPlanFile(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.Path = path
	return f, nil
}

func readPlanFile(src io.Reader) (*PlanFile, error) {
	r := planFileReader{
		json:  jsonread.NewDecoder(src, jsonread.Options{MaxBytes: maxPlanFile}),
		names: map[string]bool{},
	}
	err := r.json.ReadObject(r.member)
	if err == nil {
		err = r.json.End()
	}
	if err == nil {
		return &r.file, r.complete()
	}
	if _, ok := errors.AsType[*jsonread.Error](err); ok && !errors.Is(err, ErrUnsupported) && !errors.Is(err, quantize.ErrUnsupported) {
		err = fmt.Errorf("%w: %w", ErrPlanFile, err)
	}
	return nil, err
}

// A planFileReader reads one plan file.
type planFileReader struct {
	json    *jsonread.Decoder
	file    PlanFile
	names   map[string]bool // of the tensors so far
	format  int64
	tensors bool // there is a list of them
}

// complete makes sure that nothing is missing that counts.
func (r *planFileReader) complete() error {
	switch {
	case r.format == 0:
		return fmt.Errorf("%w: no format", ErrPlanFile)
	case r.file.Architecture == "":
		return fmt.Errorf("%w: no architecture", ErrPlanFile)
	case !r.tensors:
		return fmt.Errorf("%w: no tensors", ErrPlanFile)
	}
	return nil
}

func (r *planFileReader) member(key string) (err error) {
	f := &r.file
	switch key {
	case "format":
		if r.format, err = r.json.ReadInt(); err == nil && r.format != planFileFormat {
			return fmt.Errorf("%w: version %d of the format, and not %d", ErrUnsupported, r.format, planFileFormat)
		}
	case "architecture":
		f.Architecture, err = r.json.ReadString()
	case "targetBitsPerWeight":
		f.TargetBitsPerWeight, err = r.json.ReadFloat()
	case "targetFileBytes":
		f.TargetFileBytes, err = r.json.ReadInt()
	case "bitsPerWeight":
		f.BitsPerWeight, err = r.json.ReadFloat()
	case "tensorBytes":
		f.TensorBytes, err = r.json.ReadInt()
	case "fileBytes":
		f.FileBytes, err = r.json.ReadInt()
	case "loss":
		f.Loss, err = r.json.ReadFloat()
	case "gap":
		f.Gap, err = r.json.ReadFloat()
	case "tensors":
		r.tensors = true
		return r.json.ReadArray(func(int) error { return r.line() })
	default:
		return errUnknownKey
	}
	return err
}

var errUnknownKey = errors.New("a plan file has no such key")

// maxDims is how many dimensions a tensor of a GGUF file may have.
const maxDims = 4

// line reads a tensor.
func (r *planFileReader) line() error {
	var t PlanFileTensor
	var typeName string
	err := r.json.ReadObject(func(key string) (err error) {
		switch key {
		case "name":
			t.Name, err = r.json.ReadString()
		case "shape":
			t.Shape = []int64{}
			return r.json.ReadArray(func(int) error {
				if len(t.Shape) == maxDims {
					return fmt.Errorf("more than %d dimensions", maxDims)
				}
				n, err := r.json.ReadInt()
				t.Shape = append(t.Shape, n)
				return err
			})
		case "type":
			typeName, err = r.json.ReadString()
		case "bytes":
			t.Bytes, err = r.json.ReadInt()
		case "loss":
			t.Loss, err = r.json.ReadFloat()
		default:
			return errUnknownKey
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case t.Name == "":
		return errors.New("no name of a tensor")
	case r.names[t.Name]:
		return tensorNameError(t.Name, errors.New("it is there twice"))
	case t.Shape == nil:
		return tensorNameError(t.Name, errors.New("no shape"))
	case typeName == "":
		return tensorNameError(t.Name, errors.New("no type"))
	}
	if t.Type, err = quantize.ParseType(typeName); err != nil {
		return tensorNameError(t.Name, err)
	}
	r.names[t.Name] = true
	r.file.Tensors = append(r.file.Tensors, t)
	return nil
}
