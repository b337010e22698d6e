package convert

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

// planFileFormat is the version of the format of plan files.
const planFileFormat = 1

// planFileHead is all of a plan file but its tensors.
type planFileHead struct {
	Format              int     `json:"format"`
	Architecture        string  `json:"architecture"`
	TargetBitsPerWeight float64 `json:"targetBitsPerWeight,omitempty"`
	TargetFileBytes     int64   `json:"targetFileBytes,omitempty"`
	BitsPerWeight       float64 `json:"bitsPerWeight"`
	TensorBytes         int64   `json:"tensorBytes"`
	FileBytes           int64   `json:"fileBytes"`
	Loss                float64 `json:"loss"`
	Gap                 float64 `json:"gap"`
}

// planFileLine is one tensor of a plan file.
type planFileLine struct {
	Name  string  `json:"name"`
	Shape []int64 `json:"shape"`
	Type  string  `json:"type"`
	Bytes int64   `json:"bytes"`
	Loss  float64 `json:"loss"`
}

// Encode returns the file as JSON, one tensor a line, so that it is easy to edit.
func (f *PlanFile) Encode() ([]byte, error) {
	head, err := json.MarshalIndent(planFileHead{
		Format:              planFileFormat,
		Architecture:        f.Architecture,
		TargetBitsPerWeight: f.TargetBitsPerWeight,
		TargetFileBytes:     f.TargetFileBytes,
		BitsPerWeight:       f.BitsPerWeight,
		TensorBytes:         f.TensorBytes,
		FileBytes:           f.FileBytes,
		Loss:                f.Loss,
		Gap:                 f.Gap,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(bytes.TrimSuffix(head, []byte("\n}")))
	b.WriteString(",\n  \"tensors\": [")
	separator := "\n    "
	for _, t := range f.Tensors {
		line, err := json.Marshal(planFileLine{t.Name, t.Shape, t.Type.String(), t.Bytes, t.Loss})
		if err != nil {
			return nil, tensorNameError(t.Name, err)
		}
		b.WriteString(separator)
		b.Write(line)
		separator = ",\n    "
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}

// Save writes the file to path, complete or not at all. Unless force is set, it
// replaces nothing.
func (f *PlanFile) Save(path string, force bool) error {
	data, err := f.Encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.WriteFile(path, data, atomicfile.Options{Force: force})
}
