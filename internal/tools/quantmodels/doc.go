// Package quantmodels makes small models to hold quantization against llama-quantize with: GGUF files of many
// architectures, which llama-quantize loads and no program can run, and importance matrices for them. Every byte
// follows from a line of text, a [Spec] or a [MatrixSpec], so that a table of such lines and of hashes of what
// llama-quantize wrote can be checked anywhere.
//
// A family is an architecture with the tensor names and the metadata that matter to recipes. Rows have the lengths
// that real models have relative to a super-block, but there are few of them: llama-quantize asks no more of a
// tensor than its name, its type and its dims.
package quantmodels
