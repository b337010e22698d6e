package weights

import (
	"bytes"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

func (c *client) types() map[string]wasm.QuantizeType {
	c.t.Helper()
	var reply wasm.QuantizeTypesReply
	c.call(wasm.OpQuantizeTypes, new(wasm.Empty), &reply)
	types := map[string]wasm.QuantizeType{}
	for _, t := range reply.Types {
		types[t.Name] = t
	}
	return types
}

func TestTypes(t *testing.T) {
	types := newClient(t).types()
	if len(types) != len(quantize.Types()) {
		t.Errorf("%d types, want %d", len(types), len(quantize.Types()))
	}
	need := 0
	for _, typ := range types {
		if typ.NeedsImportance {
			need++
		}
	}
	for _, name := range []string{"iq1_s", "iq2_xxs", "iq2_xs"} {
		if !types[name].NeedsImportance || !types[name].Encodes {
			t.Errorf("%s: %+v", name, types[name])
		}
	}
	if need != 3 {
		t.Errorf("%d types need importance weights, want 3", need)
	}
	if got, want := types["q4_K"], (wasm.QuantizeType{Name: "q4_K", BitsPerWeight: 4.5, BlockValues: 256, BlockBytes: 144, Encodes: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if types["q8_K"].Encodes || types["i8"].Encodes {
		t.Error("types that nothing can be quantized to are said to encode")
	}
}

// Every type, with importance weights and without, as package quantize does it.
func TestEncodeDecode(t *testing.T) {
	const columns, rows = 512, 3
	c := newClient(t)
	values, blob := ramp(t, columns*rows, quantize.F32)
	importance := make([]float32, columns)
	for i := range importance {
		importance[i] = float32(i%5) + 0.5
	}
	for name, typ := range c.types() {
		q, err := quantize.ParseType(name)
		if err != nil {
			t.Fatal(err)
		}
		request := &wasm.QuantizeRequest{Type: strings.ToUpper(name), Columns: columns}
		for _, weights := range [][]float32{nil, importance} {
			blobs := [][]byte{blob}
			if weights != nil {
				blobs = append(blobs, f32s(weights...))
			}
			if !typ.Encodes || typ.NeedsImportance && weights == nil {
				status := wasm.StatusUnsupported
				if typ.Encodes {
					status = wasm.StatusUsage
				}
				c.refuse(status, wasm.OpQuantizeEncode, request, new(wasm.QuantizeReply), blobs...)
				continue
			}
			want, err := quantize.AppendEncode(nil, q, values, quantize.Options{Columns: columns, Importance: weights})
			if err != nil {
				t.Fatal(err)
			}
			var reply wasm.QuantizeReply
			got := c.call(wasm.OpQuantizeEncode, request, &reply, blobs...)
			if !bytes.Equal(got[0], want) || reply.Values != columns*rows {
				t.Errorf("%s: other bytes than package quantize makes", name)
			}
		}
		blocks := make([]byte, columns*rows/typ.BlockValues*typ.BlockBytes)
		for i := range blocks {
			blocks[i] = byte(i * 7)
		}
		want, err := quantize.AppendDecode(nil, q, blocks)
		if err != nil {
			t.Fatal(err)
		}
		var reply wasm.QuantizeReply
		if got := c.call(wasm.OpQuantizeDecode, request, &reply, blocks); !bytes.Equal(got[0], f32s(want...)) || reply.Values != len(want) {
			t.Errorf("%s: other weights than package quantize decodes", name)
		}
	}
}

func TestQuantizeRefuses(t *testing.T) {
	c := newClient(t)
	row := f32s(make([]float32, 64)...)
	for _, tt := range []struct {
		op      wasm.Op
		request wasm.QuantizeRequest
		blobs   [][]byte
	}{
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0"}, nil},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0"}, [][]byte{row, row, row}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q9_0"}, [][]byte{row}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0"}, [][]byte{row[:3]}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0"}, [][]byte{row[:4]}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0", Columns: 48}, [][]byte{row}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q8_0", Columns: -32}, [][]byte{row}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q4_0", Columns: 64}, [][]byte{row, row[:4]}},
		{wasm.OpQuantizeEncode, wasm.QuantizeRequest{Type: "q4_0", Columns: 64}, [][]byte{row, row[:3]}},
		{wasm.OpQuantizeDecode, wasm.QuantizeRequest{Type: "q8_0"}, nil},
		{wasm.OpQuantizeDecode, wasm.QuantizeRequest{Type: "q9_0"}, [][]byte{row}},
		{wasm.OpQuantizeDecode, wasm.QuantizeRequest{Type: "q8_0"}, [][]byte{row[:33]}},
		{wasm.OpQuantizeDecode, wasm.QuantizeRequest{Type: "q8_0", Columns: 48}, [][]byte{row[:34]}},
		{wasm.OpQuantizeDecode, wasm.QuantizeRequest{Type: "q8_0", Columns: -32}, [][]byte{row[:34]}},
	} {
		c.refuse(wasm.StatusUsage, tt.op, &tt.request, new(wasm.QuantizeReply), tt.blobs...)
	}
	if testing.Short() {
		return
	}
	blocks := make([]byte, (maxDecoded/256+1)*50)
	c.refuse(wasm.StatusLimit, wasm.OpQuantizeDecode, &wasm.QuantizeRequest{Type: "iq1_s"}, new(wasm.QuantizeReply), blocks)
}
