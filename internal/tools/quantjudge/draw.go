package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
	"github.com/nibble-go/nibble/quantize"
)

func drawCase(r *rand.Rand) quantizeCase {
	c := quantizeCase{model: drawModel(r)}
	fileType := drawFileType(r)
	// Without a matrix the recipes below three bits refuse, which is of little interest.
	if share := 40; chance(r, share) || strings.HasPrefix(fileType, "IQ") && chance(r, 70) {
		matrix := drawMatrix(r)
		c.matrix = &matrix
	}
	c.args = append(drawFlags(r, c), fileType)
	return c
}

func drawFileType(r *rand.Rand) string {
	if chance(r, 3) {
		return "COPY"
	}
	for {
		ft := pick(r, quantize.FileTypes()...)
		if !slow(r, ft.Default()) {
			return ft.String()
		}
	}
}

// slow returns true for most draws of the types that take llama-quantize seconds before it starts on the first tensor,
// up to forty for those of one bit.
func slow(r *rand.Rand, t quantize.Type) bool {
	switch t {
	case quantize.IQ1_S, quantize.IQ1_M:
		return !chance(r, 1)
	case quantize.IQ2_XXS, quantize.IQ2_XS, quantize.IQ2_S:
		return !chance(r, 15)
	}
	return false
}

// chance returns true in so many of a hundred cases.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func drawModel(r *rand.Rand) quantmodels.Spec {
	s := quantmodels.Spec{Family: pick(r, quantmodels.Families()...), Seed: r.Uint64N(1000)}
	// The recipes treat the 80 layers of 70B like no other number.
	if !strings.HasSuffix(s.Family, "0b") && !strings.Contains(s.Family, "80") && chance(r, 50) {
		s.Layers = 1 + r.IntN(6)
	}
	switch {
	case chance(r, 5):
		s.Width = 512
	case chance(r, 20): // rows that are not whole super-blocks, or not even whole blocks
		s.Width = pick[int64](r, 32, 64, 96, 128, 160, 288, 320, 80, 100, 257)
	}
	switch {
	case chance(r, 60):
		s.Source = pick(r, quantize.F16, quantize.BF16)
	case chance(r, 20):
		s.Mixed = true
	case chance(r, 20):
		s.Source = drawSource(r)
	}
	if s.Source == quantize.F32 || s.Source == quantize.BF16 {
		if chance(r, 10) {
			// Beyond 2^60 squares are infinite: llama-quantize writes zeros in some formats, where nibble refuses. Below
			// 2^-120 the inverse of a scale is, and C leaves open which integer that becomes.
			s.Scale = pick(r, -110, -30, -20, 14, 18, 22, 60)
		}
		s.NaN = chance(r, 2)
	}
	if chance(r, 15) {
		s.Split = 1 + r.IntN(4)
	}
	if chance(r, 4) {
		s.Align = pick(r, 32, 64, 128)
	}
	s.Tied, s.Trailing, s.Metadata = chance(r, 25), chance(r, 10), chance(r, 15)
	return s
}

// drawSource draws a block format that does without importance weights.
func drawSource(r *rand.Rand) quantize.Type {
	for {
		t := pick(r, quantize.Types()...)
		if t.CanEncode() && t.BlockSize() > 1 && !quantize.FileTypeQ8_0.NeedsImportance("", t) {
			return t
		}
	}
}

func drawMatrix(r *rand.Rand) quantmodels.MatrixSpec {
	return quantmodels.MatrixSpec{
		Legacy: chance(r, 50), Partial: chance(r, 15), Embedding: chance(r, 20), Short: chance(r, 4),
		Unseen: chance(r, 20), Bare: chance(r, 15), Long: chance(r, 10),
	}
}

// drawFlags draws what both programs take beside input, output and file type.
func drawFlags(r *rand.Rand, c quantizeCase) []string {
	var flags []string
	add := func(percent int, flag ...string) {
		if chance(r, percent) {
			flags = append(flags, flag...)
		}
	}
	requantize := 5
	if c.model.Source.BlockSize() > 1 {
		requantize = 80
	}
	add(requantize, "--allow-requantize")
	add(10, "--dry-run")
	add(10, "--pure")
	add(10, "--leave-output-tensor")
	add(15, "--output-tensor-type", drawType(r))
	add(15, "--token-embedding-type", drawType(r))
	for chance(r, 30) {
		flags = append(flags, "--tensor-type", drawTensorType(r))
	}
	add(5, "--tensor-type-file", drawTensorType(r)+";"+drawTensorType(r)+";;"+drawTensorType(r))
	add(8, "--prune-layers", drawLayers(r))
	keepSplit := 5
	if c.model.Split > 0 {
		keepSplit = 60
	}
	add(keepSplit, "--keep-split")
	for chance(r, 12) {
		flags = append(flags, "--override-kv", drawOverride(r, c.model.Architecture()))
	}
	if c.matrix != nil {
		which := pick(r, "--include-weights", "--exclude-weights")
		for chance(r, 12) {
			flags = append(flags, which, pick(r, "attn", "ffn_down", "blk.0.", "blk.1", ".weight", "attn_v", "nothing"))
		}
	}
	return flags
}

func drawType(r *rand.Rand) string {
	t := pick(r, quantize.Types()...)
	for slow(r, t) || !t.CanEncode() && !chance(r, 5) {
		t = pick(r, quantize.Types()...)
	}
	if chance(r, 10) {
		return strings.ToUpper(t.String())
	}
	return t.String()
}

// patterns are of the dialect that both programs understand.
var patterns = []string{
	"attn_q", "ATTN_V", "ffn_(up|down)", `blk\.[0-3]\.`, `\.weight$`, "^output", "token_embd", `blk\.(0|2)\.ffn_down`,
	"ffn_down_exps", "_exps", "attn_[kv]", `\d\.attn`, "nothing", "[[:alpha:]]+_k", "(?:attn|ffn)_.*", "t{2}n", `blk\.\d+\.ffn_gate`,
	"[^a-z]v", `\battn_k\b`, "x+?|ssm", `blk.1[0-9]?\.`, "attn_qkv", "norm", "bias",
}

func drawTensorType(r *rand.Rand) string { return pick(r, patterns...) + "=" + drawType(r) }

func drawLayers(r *rand.Rand) string {
	return pick(r, "0", "1", "1,2", "0,2", "2,1", "3", "0,0,1", "7,5", "0,1,2,3,4,5,6,7,8")
}

// drawOverride draws metadata that is written, and some that the recipes ask for.
func drawOverride(r *rand.Rand, architecture string) string {
	if chance(r, 40) {
		key := pick(r, "block_count", "expert_count", "attention.head_count", "attention.head_count_kv")
		return fmt.Sprintf("%s.%s=int:%d", architecture, key, pick(r, 0, 1, 2, 4, 8, 16, 80))
	}
	key := pick(r, "general.name", "test.new", "general.file_type", "general.quantization_version", "quantize.imatrix.file",
		"general.description", "test.uint8")
	value := pick(r, "str:text", "str:", "int:-5", "int:2", "int:4294967295", "float:0.1", "float:-1e-3", "bool:true", "bool:false")
	return key + "=" + value
}
