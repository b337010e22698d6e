package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

func (c *client) block(request wasm.WeightsBlockRequest) (*wasm.WeightsBlockReply, [][]byte) {
	c.t.Helper()
	reply := new(wasm.WeightsBlockReply)
	return reply, c.call(wasm.OpWeightsBlock, &request, reply)
}

// Each block of a tensor, in its own type and in others with larger and smaller
// blocks, is the one that encoding the whole tensor makes.
func TestBlock(t *testing.T) {
	const columns, rows = 512, 3
	c := newClient(t)
	for _, source := range []quantize.Type{quantize.F32, quantize.BF16, quantize.Q8_0, quantize.Q4_K, quantize.NVFP4} {
		values, data := ramp(t, columns*rows, source)
		path := filepath.Join(t.TempDir(), "m.gguf")
		writeGGUF(t, path, nil, madeTensor{"first", source, []int64{256}, data[:256/source.BlockSize()*source.BlockBytes()]}, madeTensor{"x", source, []int64{columns, rows}, data})
		if err := quantize.Decode(values, source, data); err != nil {
			t.Fatal(err)
		}
		model := c.open(path)
		for _, typ := range []string{"", source.String(), "f16", "Q4_0", "q1_0", "Q6_K", "iq4_nl"} {
			want, name := data, source.String()
			to := source
			if typ != "" && typ != name {
				var err error
				if to, err = quantize.ParseType(typ); err != nil {
					t.Fatal(err)
				}
				if want, err = quantize.AppendEncode(nil, to, values, quantize.Options{Columns: columns}); err != nil {
					t.Fatal(err)
				}
			}
			decoded, err := quantize.AppendDecode(nil, to, want)
			if err != nil {
				t.Fatal(err)
			}
			n := columns * rows / to.BlockSize()
			for _, i := range []int{0, 1, n / 2, n - 1} {
				reply, blobs := c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "x", Type: typ, Block: int64(i)})
				first, last := i*to.BlockSize(), (i+1)*to.BlockSize()
				block := want[i*to.BlockBytes():][:to.BlockBytes()]
				if !bytes.Equal(blobs[0], block) || !bytes.Equal(blobs[1], f32s(values[first:last]...)) || !bytes.Equal(blobs[2], f32s(decoded[first:last]...)) {
					t.Errorf("%s as %q: block %d is not the one of the tensor", source, typ, i)
				}
				if reply.Type != to.String() || reply.Blocks != int64(n) || reply.Block != int64(i) || reply.Row != int64(first/columns) || reply.Column != int64(first%columns) {
					t.Errorf("%s as %q, block %d: %+v", source, typ, i, reply)
				}
				anatomy, err := quantize.Dissect(to, block)
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(anatomy)
				if err != nil {
					t.Fatal(err)
				}
				if !jsonEqual(t, reply.Anatomy, text) {
					t.Errorf("%s as %q, block %d: anatomy %s, want %s", source, typ, i, reply.Anatomy, text)
				}
			}
		}
	}
}

// jsonEqual compares values as JSON has them, numbers by their text.
func jsonEqual(t *testing.T, a, b []byte) bool {
	t.Helper()
	compact := func(data []byte) []byte {
		var out bytes.Buffer
		if err := json.Compact(&out, data); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	return bytes.Equal(compact(a), compact(b))
}

func TestBlockRefuses(t *testing.T) {
	c := newClient(t)
	path := filepath.Join(t.TempDir(), "m.gguf")
	_, data := ramp(t, 96, quantize.F32)
	writeGGUF(t, path, nil, madeTensor{"x", quantize.F32, []int64{96}, data}, madeTensor{"none", quantize.F32, []int64{32, 0}, nil})
	model := c.open(path)
	for _, tt := range []struct {
		request wasm.WeightsBlockRequest
		words   string
	}{
		{wasm.WeightsBlockRequest{Tensor: "x", Block: 96}, "no block 96 of 96"},
		{wasm.WeightsBlockRequest{Tensor: "x", Block: -1}, "no block -1"},
		{wasm.WeightsBlockRequest{Tensor: "x", Type: "q8_0", Block: 3}, "no block 3 of 3"},
		{wasm.WeightsBlockRequest{Tensor: "none"}, "no block 0 of 0"},
		{wasm.WeightsBlockRequest{Tensor: "x", Type: "q4_K"}, "rows of 96"},
		{wasm.WeightsBlockRequest{Tensor: "x", Type: "i8"}, "nothing can be quantized to i8"},
		{wasm.WeightsBlockRequest{Tensor: "x", Type: "nothing"}, "nothing"},
		{wasm.WeightsBlockRequest{Tensor: "y"}, "no tensor"},
	} {
		tt.request.Weights = model.Weights
		if message := c.refuse(wasm.StatusUsage, wasm.OpWeightsBlock, &tt.request, new(wasm.WeightsBlockReply)); !strings.Contains(message, tt.words) {
			t.Errorf("%+v: %q does not say %q", tt.request, message, tt.words)
		}
	}
}

// safetensors files have types that GGUF files do not have, with weights and
// without.
func TestBlockOfSafetensors(t *testing.T) {
	header := `{"f8":{"dtype":"F8_E4M3","shape":[2,32],"data_offsets":[0,64]},` +
		`"flag":{"dtype":"BOOL","shape":[4],"data_offsets":[64,68]},"index":{"dtype":"I32","shape":[],"data_offsets":[68,72]}}`
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	file = append(append(file, header...), slices.Repeat([]byte{0x38}, 64)...) // 0x38 is 1
	file = append(file, 1, 0, 1, 0, 7, 0, 0, 0)
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t)
	model := c.open(path)
	decodes := map[string]bool{}
	for _, e := range model.Tensors {
		decodes[e.Name] = e.Decodes
	}
	if !decodes["f8"] || decodes["flag"] || !decodes["index"] {
		t.Errorf("tensors that decode: %v", decodes)
	}
	reply, blobs := c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "f8", Block: 33})
	if reply.Type != "F8_E4M3" || reply.Row != 1 || reply.Column != 1 || reply.Blocks != 64 || reply.Anatomy != nil ||
		!bytes.Equal(blobs[0], []byte{0x38}) || !bytes.Equal(blobs[1], f32s(1)) || !bytes.Equal(blobs[2], f32s(1)) {
		t.Errorf("got %+v, %v", reply, blobs)
	}
	reply, blobs = c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "f8", Type: "q8_0", Block: 1})
	if reply.Row != 1 || len(blobs[0]) != 34 || len(reply.Anatomy) < 10 {
		t.Errorf("got %+v, %v", reply, blobs)
	}
	if _, blobs := c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "index"}); !bytes.Equal(blobs[2], f32s(7)) {
		t.Errorf("index: %v", blobs)
	}
	message := c.refuse(wasm.StatusUnsupported, wasm.OpWeightsBlock, &wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "flag"}, new(wasm.WeightsBlockReply))
	if !strings.Contains(message, `"flag"`) {
		t.Errorf("the message does not name the tensor: %s", message)
	}
}
