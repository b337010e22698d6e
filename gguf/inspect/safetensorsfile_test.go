package inspect_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
)

// A file of weights on its own is known by its name, and says what its tensors
// say.
func TestOpenSafetensorsFile(t *testing.T) {
	header := `{"a":{"dtype":"BF16","shape":[4,8],"data_offsets":[0,64]},"b":{"dtype":"F32","shape":[],"data_offsets":[64,68]}}`
	weights := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	weights = append(append(weights, header...), make([]byte, 68)...)
	path := filepath.Join(t.TempDir(), "made-up.SafeTensors")
	if err := os.WriteFile(path, weights, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := inspect.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	start := int64(8 + len(header))
	want := &inspect.Report{
		Format: "safetensors", ByteOrder: "little-endian", Files: 1, FileBytes: int64(len(weights)), FileType: "BF16",
		Parameters: 33, TensorBytes: 68, BitsPerWeight: 8 * 68.0 / 33,
		Types: []inspect.TypeTotal{{Type: "BF16", Tensors: 1, Values: 32, Bytes: 64}, {Type: "F32", Tensors: 1, Values: 1, Bytes: 4}},
		Tensors: []inspect.Tensor{
			{Name: "a", Type: "BF16", Shape: []int64{4, 8}, Values: 32, Bytes: 64, FileOffset: start},
			{Name: "b", Type: "F32", Shape: []int64{}, Values: 1, Bytes: 4, FileOffset: start + 64},
		},
	}
	if got, want := toJSON(t, r), toJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := os.WriteFile(path, weights[:40], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Open(path); !errors.Is(err, safetensors.ErrFormat) {
		t.Errorf("file cut short: %v", err)
	}
}
