package convert

import (
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// typed are rows of another precision than their own.
type typed struct {
	rows
	precision safetensors.DType
}

func (t typed) dtype() safetensors.DType { return t.precision }

func TestSourcePrecision(t *testing.T) {
	vector := func(d safetensors.DType) sourceTensor { return sourceTensor{"v", typed{counting(4), d}} }
	matrix := func(d safetensors.DType) sourceTensor { return sourceTensor{"m", typed{counting(4, 4), d}} }
	tests := []struct {
		name     string
		sources  []sourceTensor
		want     quantize.FileType
		wantAuto quantize.FileType
	}{
		{"BF16", []sourceTensor{vector(safetensors.F32), matrix(safetensors.BF16)}, quantize.FileTypeBF16, quantize.FileTypeBF16},
		{"F16", []sourceTensor{matrix(safetensors.F16), matrix(safetensors.BF16)}, quantize.FileTypeF16, quantize.FileTypeF16},
		{"F32 with a matrix of 16 bits", []sourceTensor{matrix(safetensors.F32), matrix(safetensors.BF16)}, quantize.FileTypeBF16, quantize.FileTypeBF16},
		{"F8, widened", []sourceTensor{{"m", blockScaled(typed{counting(4, 4), safetensors.F8_E4M3}, counting(1), 4, 4)}}, quantize.FileTypeF32, quantize.FileTypeF16},
		{"vectors do not count", []sourceTensor{vector(safetensors.BF16), matrix(safetensors.F32)}, quantize.FileTypeF32, quantize.FileTypeF16},
		{"nothing", nil, quantize.FileTypeF32, quantize.FileTypeF16},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sourcePrecision(tt.sources)
			if got != tt.want {
				t.Errorf("precision %v, want %v", got, tt.want)
			}
			for _, name := range []string{"", "auto"} {
				opts := Options{Type: name}
				if auto, err := opts.target(got); err != nil || auto != (target{fileType: tt.wantAuto}) {
					t.Errorf("%q: %+v, %v, want %v", name, auto, err, tt.wantAuto)
				}
			}
		})
	}
}

func TestCountParameters(t *testing.T) {
	got := countParameters([]outTensor{
		{name: "token_embd.weight", rows: counting(10, 4)},
		{name: "blk.0.ffn_gate_exps.weight", rows: counting(8, 3, 4)},
		{name: "blk.0.ffn_up_exps.weight", rows: counting(8, 3, 4)},
		{name: "blk.0.ffn_norm.weight", rows: counting(4)},
	})
	want := paramCounts{total: 40 + 96 + 96 + 4, shared: 44, expert: 24, experts: 8}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
