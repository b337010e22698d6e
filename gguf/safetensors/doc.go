// Package safetensors reads and writes files of tensors in the safetensors
// format, and the directories of such files that models are published in.
//
// [Open] and [NewReader] read one file, [OpenSet] the weights of a model
// directory. Both read headers only; the bytes of a [Tensor] are read when its
// ReadAt is called. [DecodeFloat32] widens them. [NewLayout] plans a file to be
// written, and [NewWriter] takes its bytes.
//
// # The format
//
//	bytes   what
//	8       n, the length of the header, little endian; at most 100,000,000
//	n       a JSON object: one member a tensor, and __metadata__, an object of strings
//	        {"name": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}}
//	rest    the data section, which the tensors cover without holes or overlaps
//
// # Terminology
//
//   - A [DType] is the type of the values of a tensor, by the format's names.
//     quantize.Type, GGUF's, is another thing.
//   - A Shape is row-major: the last dimension is the one whose values stand
//     next to each other. GGUF lists dims the other way round.
//   - Data offsets count from the start of the data section, a file offset
//     from the start of the file.
//   - A shard is one of the safetensors files that the tensors of a model are
//     spread over. (A part of a GGUF is a split.) The index,
//     model.safetensors.index.json, says in its weight_map which shard each
//     tensor is in.
//
// # Untrusted files
//
// A header is parsed as a stream, and its claims are checked against the size
// of the file as they come, so that a bad file is refused in a moment and in
// little memory. Errors are a [FormatError] with a byte offset; they wrap
// [ErrFormat] or [ErrUnsupported]. Where the reference implementation (0.8.0)
// takes more than this package, it is on purpose: names or metadata keys that
// occur twice, unknown fields, entries that are lists instead of objects, names
// with a NUL, dimensions whose product a zero hides from the check of its size,
// more than 64 dimensions or 2^19 tensors, strings of more than 8 MiB and
// metadata of more than 16 MiB.
package safetensors
