package edit

import "github.com/nibble-go/nibble/quantize"

// A number is a run of numbers of two or more bytes in a block.
type number struct {
	at    int // first byte in the block
	width int // bytes of each number
	count int
	every int // distance from one to the next, 0 for width: side by side
}

// byteMaps says where the blocks of each type hold numbers of more than one
// byte. They are those that ggml's decoders read with the machine's own order
// (ggml-common.h declares some of them as bytes: qh of the five-bit types, the
// scales of IQ1_M and the second half of each group of IQ2_XXS and IQ3_XXS).
// What they read as bytes stays, even where the fields are cut across bytes,
// as the six-bit scales of the K types are.
var byteMaps = map[quantize.Type][]number{
	quantize.F32:  {{width: 4, count: 1}},
	quantize.F16:  {{width: 2, count: 1}},
	quantize.BF16: {{width: 2, count: 1}},
	quantize.F64:  {{width: 8, count: 1}},
	quantize.I8:   {},
	quantize.I16:  {{width: 2, count: 1}},
	quantize.I32:  {{width: 4, count: 1}},
	quantize.I64:  {{width: 8, count: 1}},

	quantize.Q4_0: {{at: 0, width: 2, count: 1}},
	quantize.Q4_1: {{at: 0, width: 2, count: 2}},
	quantize.Q5_0: {{at: 0, width: 2, count: 1}, {at: 2, width: 4, count: 1}}, // scale, fifth bits
	quantize.Q5_1: {{at: 0, width: 2, count: 2}, {at: 4, width: 4, count: 1}}, // scale, min, fifth bits
	quantize.Q8_0: {{at: 0, width: 2, count: 1}},
	quantize.Q8_1: {{at: 0, width: 2, count: 2}},
	quantize.Q1_0: {{at: 0, width: 2, count: 1}},
	quantize.Q2_0: {{at: 0, width: 2, count: 1}},

	quantize.Q2_K: {{at: 80, width: 2, count: 2}},
	quantize.Q3_K: {{at: 108, width: 2, count: 1}},
	quantize.Q4_K: {{at: 0, width: 2, count: 2}},
	quantize.Q5_K: {{at: 0, width: 2, count: 2}},
	quantize.Q6_K: {{at: 208, width: 2, count: 1}},
	quantize.Q8_K: {{at: 0, width: 4, count: 1}, {at: 260, width: 2, count: 16}}, // scale, sums

	quantize.IQ1_S:   {{at: 0, width: 2, count: 1}, {at: 34, width: 2, count: 8}},          // scale, high bits
	quantize.IQ1_M:   {{at: 48, width: 2, count: 4}},                                       // scales
	quantize.IQ2_XXS: {{at: 0, width: 2, count: 1}, {at: 6, width: 4, count: 8, every: 8}}, // scale, signs and scales
	quantize.IQ2_XS:  {{at: 0, width: 2, count: 1}, {at: 2, width: 2, count: 32}},          // scale, quants with signs
	quantize.IQ2_S:   {{at: 0, width: 2, count: 1}},
	quantize.IQ3_XXS: {{at: 0, width: 2, count: 1}, {at: 66, width: 4, count: 8}}, // scale, signs and scales
	quantize.IQ3_S:   {{at: 0, width: 2, count: 1}},
	quantize.IQ4_NL:  {{at: 0, width: 2, count: 1}},
	quantize.IQ4_XS:  {{at: 0, width: 2, count: 2}}, // scale, high bits of the scales

	quantize.TQ1_0: {{at: 52, width: 2, count: 1}},
	quantize.TQ2_0: {{at: 64, width: 2, count: 1}},
	quantize.MXFP4: {}, // scales of one byte
	quantize.NVFP4: {},
}
