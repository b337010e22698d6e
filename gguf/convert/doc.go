// Package convert turns a model into a quantized GGUF file: a model directory in
// Hugging Face layout, or a GGUF file in any precision.
//
// # One plan, one pass
//
// [NewPlan] reads headers only: config.json, the tokenizer's files and the
// headers of the safetensors shards; or the header of the GGUF file. From them
// follow the metadata and, for every tensor, its GGUF name, its shape and its
// target [quantize.Type]; with these, every size and every offset of the output.
// [Plan.WriteFile] then makes a single pass over the weights: a chunk of rows is
// read, widened to float32, transformed, encoded, and written where the plan
// says. There is no 16-bit file in between, and memory does not grow with the
// model. Tensors of a GGUF file that keep their type are copied. [Plan.Output]
// makes the same bytes one piece at a time, for a destination that is no file.
//
// # Terminology
//
//   - An architecture is what general.architecture names ("llama"). It decides
//     the names, the metadata and the transforms. One file arch_*.go each.
//   - The source precision is the type of the first matrix in the directory:
//     BF16, F16 or F32. It is what the file type "auto" writes.
//   - A recipe is any [quantize.FileType] beyond F32, F16, BF16 and Q8_0. Its
//     file is the one that llama-quantize makes of the file in source
//     precision, with llama-quantize's order of keys and tensors; the four
//     others are the files that convert_hf_to_gguf.py makes.
//   - A mixture is a choice of a type for each tensor. Recipes are rules for it;
//     [Budget] measures what each type loses at each tensor and chooses the
//     mixture that loses least within a size; a [PlanFile] records one.
//   - The importance matrix ([imatrix.Matrix]) says how much each column of a
//     tensor matters to what the model computes. The searches for block scales
//     weigh their errors with it; the coarsest types need it. An expert has
//     weights of its own.
//   - A tensor fell back where its rows do not divide into the blocks of the
//     type that the recipe wants: [Tensor.Wanted] then differs from
//     [Tensor.Type].
//
// # The pass over the weights
//
// A [Plan] fixes where every byte goes, so workers wait for nobody.
// Each takes the next chunk, 262,144 values or what whole rows come to, and goes
// through it in portions that stay in the processor's cache: read, widen, transform,
// round, look for what is not finite, encode, and, where errors are asked for, decode
// and compare. It writes the chunk at its offset, and takes another. Its memory is
// used again for each; a chunk allocates nothing.
//
// # Stopping and going on
//
// A run that lasts longer than some seconds keeps a journal beside its parts
// (package internal/atomicfile says how): every few seconds it brings what it
// wrote to the disk and then records which chunks that is, with a CRC-32C of
// each. After it was killed, or after it failed and kept them, a run with
// [WriteOptions.Resume] goes on from the parts:
//
//   - It must write the same bytes. The head of the journal has a fingerprint
//     of what they follow from: the build of the program (a build may encode
//     otherwise), the options and the headers of the output, the importance
//     weights, and of each input its name, size, time and first bytes. Where
//     one of these differs, the run is refused in words and nothing is touched.
//   - A chunk counts as done if its bytes in the part have the checksum that the
//     journal has. So neither a journal nor a part has to be trusted; what is
//     damaged is written again. Headers and padding are written again always.
//   - Errors and histograms of chunks that are done are measured again, from the
//     source and the bytes in the part, so that the report is that of a run that
//     never stopped.
//
// A run without Resume removes what dead runs left and begins at the start.
//
// # What is promised
//
// The bytes do not depend on the number of workers. An output appears whole or
// not at all, and what stood in its place survives every failure; one that was
// resumed is the same to the last byte. A weight that is NaN or infinite is an
// error that names tensor, row and column.
//
// Errors wrap [ErrFormat] where a file is malformed, [ErrUnsupported] where it
// is well formed but beyond this package, [ErrNonFinite], and [ErrResume].
package convert
