// Package golden reads the golden vectors of the block formats and makes their
// inputs. Only tests import it.
package golden

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Vectors of testdata/golden.
const (
	Small = "quantize_small.json"
	Large = "quantize_large.json"
	Traps = "quantize_traps.json"
)

// A Vector is an input and what the reference makes of it. Hashes are hex, and
// empty where a file does not give them.
type Vector struct {
	Name       string // distinct within a file
	Type       string // ggml's name
	Rows, Cols int
	Input      []float32
	Importance []float32 // of the columns; nil without

	Bytes         []byte // nil where the file has hashes only
	InputSHA256   string
	BytesSHA256   string
	DecodedSHA256 string // of the decoded float32, little endian
}

// Read returns the vectors of a file below root, the way from the test's
// directory to the repository's.
func Read(root, file string) ([]Vector, error) {
	data, err := os.ReadFile(filepath.Join(root, "testdata", "golden", file))
	if err != nil {
		return nil, err
	}
	var records []record
	if err := json.Unmarshal(data, &records); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	vectors := make([]Vector, len(records))
	for i, r := range records {
		if vectors[i], err = r.vector(); err != nil {
			return nil, fmt.Errorf("%s: vector %d: %w", file, i, err)
		}
	}
	return vectors, nil
}

type record struct {
	Note              string
	Type              string
	Class             string `json:"input"`
	Imatrix           bool
	Seed              uint64
	Rows, Cols        int
	InputSHA256       string `json:"input_sha256"`
	BytesSHA256       string `json:"bytes_sha256"`
	DequantizedSHA256 string `json:"dequantized_sha256"`
	Bytes             string
	InputF32LE        string `json:"input_f32le"`
	ImatrixF32LE      string `json:"imatrix_f32le"`
}

func (r *record) vector() (Vector, error) {
	v := Vector{
		Type:          r.Type,
		Rows:          r.Rows,
		Cols:          r.Cols,
		InputSHA256:   r.InputSHA256,
		BytesSHA256:   r.BytesSHA256,
		DecodedSHA256: r.DequantizedSHA256,
	}
	var err error
	if r.Bytes != "" {
		if v.Bytes, err = hex.DecodeString(r.Bytes); err != nil {
			return v, err
		}
	}
	weighted := ""
	if r.Class != "" {
		v.Input = Input(r.Class, r.Seed, r.Rows*r.Cols)
		if r.Imatrix {
			v.Importance = Importance(r.Seed, r.Cols)
		}
	} else {
		if v.Input, err = floats(r.InputF32LE); err != nil {
			return v, err
		}
		if v.Importance, err = floats(r.ImatrixF32LE); err != nil {
			return v, err
		}
	}
	if v.Importance != nil {
		weighted = "/importance"
	}
	v.Name = r.Type + weighted + "/" + r.Class + r.Note
	return v, nil
}

// floats reads hex of little-endian float32; nil of none.
func floats(s string) ([]float32, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	f := make([]float32, len(b)/4)
	for i := range f {
		f[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return f, nil
}
