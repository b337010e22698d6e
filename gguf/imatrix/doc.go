// Package imatrix reads importance matrices: files that say how much each
// column of a model's weights matters, measured by running the model over a
// text. Quantizing with one keeps the columns that matter closer to what they
// were.
//
// [Open] reads a file by path, [Read] any source of known size. Both make one
// pass over the whole file, which checks every number, and keep only the index;
// [Entry.ReadAt] reads the weights themselves when they are asked for. An
// importance matrix of a large mixture of experts takes more than a gigabyte.
//
// # Terminology
//
// An entry has the importance weights of one tensor of the model, one for each
// column (the weights of a row are multiplied by the same activations, so that
// all rows share them). A tensor that is a stack of matrices, one for each
// expert of a mixture, has an entry with the columns of each matrix one after
// the other: as many expert slices as there are matrices.
//
// A file does not hold the weights but sums: of the squares of the activations
// that went into a column. The count is how many activations were summed, for
// each matrix: an expert sees only the tokens that were sent to it. A weight is
// sum/count, and 1 where the count is 0. In the older format the sums of a
// whole entry share one count, the calls: a weight is sum/calls, and the sum
// itself where there were none.
//
// A chunk is the piece of text that the model ran over at once, some hundred
// tokens. Chunks and data sets are kept for the record.
//
// # Formats
//
// Two formats are read, told apart by the magic of GGUF. llama-imatrix writes
// GGUF files with two tensors for each entry, NAME.in_sum2 and NAME.counts, and
// three keys that llama-quantize demands. Before 2025 it wrote files of a
// format of its own, without a magic, which are often called imatrix.dat:
// all numbers are little-endian,
//
//	int32 number of entries
//	for each entry: int32 length and bytes of the name, int32 calls,
//	                int32 number of values, the values as float32
//	int32 chunks, int32 length and bytes of the data set's path (optional)
//
// The rules are those of llama-quantize, to the last bit of a weight, but what
// it makes no sense of is an error here: NaN, infinite or negative numbers
// (a sum of squares is none of these), names that are empty, occur twice, hold
// a NUL or take more than 255 bytes, counts that do not divide an entry into
// matrices, and bytes behind the end. Names need not be UTF-8; quote them
// before you show them.
//
// # Security
//
// A file is hostile until it is read: what it claims is held against the bytes
// that it has before memory is allocated. Beside a window of fixed size, memory
// goes to the names, which are bounded in number and length.
package imatrix
