package playground

import "github.com/nibble-go/nibble/quantize"

// A fileTypeGroup are file types of one kind, as they are offered for a conversion.
type fileTypeGroup struct {
	label string
	types []fileTypeChoice
}

// A fileTypeChoice is a file type with what to choose it for.
type fileTypeChoice struct {
	fileType    quantize.FileType
	about       string
	recommended bool
}

// needsImportance reports whether a model's layers cannot be made of the type without an importance matrix.
func (c *fileTypeChoice) needsImportance() bool {
	model := quantize.Model{Architecture: "llama", BlockCount: 1, HeadCount: 8, HeadCountKV: 8}
	var tensors []quantize.TensorShape
	for _, name := range []string{"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"} {
		tensors = append(tensors, quantize.TensorShape{Name: "blk.0." + name + ".weight", Dims: []int64{256, 256}})
	}
	_, err := c.fileType.Choose(model, tensors, quantize.RecipeOptions{})
	return err != nil
}

// fileTypeGroups are all of quantize.FileTypes.
var fileTypeGroups = []fileTypeGroup{
	{"Everyday", []fileTypeChoice{
		{quantize.FileTypeQ4_K_M, "small, and hardly worse: the usual choice", true},
		{quantize.FileTypeQ5_K_M, "a little larger and closer to the original", true},
		{quantize.FileTypeQ6_K, "next to no loss", true},
		{quantize.FileTypeQ8_0, "half of 16 bits, as good as without loss", true},
	}},
	{"As they are", []fileTypeChoice{
		{quantize.FileTypeBF16, "16 bits, with the range of 32", false},
		{quantize.FileTypeF16, "16 bits, with more digits and less range", false},
		{quantize.FileTypeF32, "32 bits", false},
	}},
	{"Smaller and other mixtures of the K types", []fileTypeChoice{
		{quantize.FileTypeQ5_K_S, "Q5_K for all layers", false},
		{quantize.FileTypeQ4_K_S, "Q4_K for nearly all layers", false},
		{quantize.FileTypeQ3_K_L, "Q3_K with more bits where it hurts", false},
		{quantize.FileTypeQ3_K_M, "Q3_K with some more bits where it hurts", false},
		{quantize.FileTypeQ3_K_S, "Q3_K for all layers: the loss shows", false},
		{quantize.FileTypeQ2_K, "Q2_K and Q3_K: much loss", false},
		{quantize.FileTypeQ2_K_S, "Q2_K for nearly all layers", false},
	}},
	{"Codebooks, for large models in little memory", []fileTypeChoice{
		{quantize.FileTypeIQ4_NL, "4 bits with uneven steps, blocks of 32", false},
		{quantize.FileTypeIQ4_XS, "4 bits with uneven steps, smaller than Q4_K_S", false},
		{quantize.FileTypeIQ3_M, "3.7 bits, a mixture", false},
		{quantize.FileTypeIQ3_S, "3.4 bits", false},
		{quantize.FileTypeIQ3_XS, "3.3 bits, a mixture", false},
		{quantize.FileTypeIQ3_XXS, "3.1 bits", false},
		{quantize.FileTypeIQ2_M, "2.7 bits, a mixture", false},
		{quantize.FileTypeIQ2_S, "2.5 bits, a mixture", false},
		{quantize.FileTypeIQ2_XS, "2.3 bits", false},
		{quantize.FileTypeIQ2_XXS, "2.1 bits", false},
		{quantize.FileTypeIQ1_M, "1.8 bits", false},
		{quantize.FileTypeIQ1_S, "1.6 bits", false},
	}},
	{"Older types", []fileTypeChoice{
		{quantize.FileTypeQ5_1, "5 bits with a scale and a min", false},
		{quantize.FileTypeQ5_0, "5 bits with a scale", false},
		{quantize.FileTypeQ4_1, "4 bits with a scale and a min", false},
		{quantize.FileTypeQ4_0, "4 bits with a scale: fast everywhere", false},
	}},
	{"For models trained that way", []fileTypeChoice{
		{quantize.FileTypeMXFP4_MOE, "4-bit floats for experts, Q8_0 for the rest", false},
		{quantize.FileTypeTQ2_0, "three values, 2.1 bits", false},
		{quantize.FileTypeTQ1_0, "three values, 1.7 bits", false},
		{quantize.FileTypeQ2_0, "four values", false},
		{quantize.FileTypeQ1_0, "two values", false},
	}},
}
