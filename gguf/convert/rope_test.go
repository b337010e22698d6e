package convert

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"
)

// TestLlama3Ramp compares with torch (testdata/make_ropes.py).
func TestLlama3Ramp(t *testing.T) {
	var golden []struct {
		Base, Factor, Low, High, Context float64
		Length                           int
		Bits                             string
	}
	readGolden(t, "ropes-torch-2.11.0.json", &golden)
	for _, g := range golden {
		ramp := llama3Ramp{base: g.Base, factor: g.Factor, low: g.Low, high: g.High, context: g.Context}
		var have []byte
		for _, v := range ramp.factors(g.Length) {
			have = binary.BigEndian.AppendUint32(have, math.Float32bits(v))
		}
		if text := hex.EncodeToString(have); text != g.Bits {
			t.Errorf("%+v, head length %d:\nhave %s\nwant %s", ramp, g.Length, text, g.Bits)
		}
	}
}

func TestLongRopeFactors(t *testing.T) {
	config := tinyConfig("Phi3ForCausalLM", "phi3", `, "max_position_embeddings": 16384,
		"rope_scaling": {"type": "su", "short_factor": [1, 1.1], "long_factor": [2, 2.2]}`)
	m := openTestModel(t, makeModel(t, "tiny", config, []sourceSpec{bf16("model.norm.weight", 16)}, nil), Options{})
	keys, tensors := summary(t, m)
	if want := "rope_factors_long[2] rope_factors_short[2] output_norm[16]"; tensors != want {
		t.Errorf("have %s, want %s", tensors, want)
	}
	// The square root of 1 + log(4)/log(4096).
	if want := "rope.scaling.attn_factor=1.0801234 context_length=16384 rope.scaling.original_context_length=4096 "; len(keys) < len(want) || keys[:len(want)] != want {
		t.Errorf("have %s, want %s...", keys, want)
	}
}
