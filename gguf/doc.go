// Package gguf reads and writes GGUF, the container in which language models
// come to llama.cpp and its kin.
//
// [Open] reads a file by path, [NewReader] any source of known size. To write,
// describe metadata and tensors, let [NewLayout] find every offset, and give
// the bytes to a [Writer], or to any file at the offsets of the [Layout].
//
// # Terminology
//
// A file is a header and a data section.
//
// The header holds the metadata, an ordered list of keys and typed values, and
// then the tensor infos. A value is a number, a bool, a string, or an array of
// values of one type. Arrays are often vocabularies and may be long: a reader
// checks them and leaves them in the file until they are asked for.
//
// A tensor info is name, dims, type and offset. Dims are in file order, the
// innermost first: the first is the length of a row, whose values stand side
// by side. (The shape in safetensors and numpy has the same numbers in
// reverse.) The type, a [github.com/nibble-go/nibble/quantize.Type], says how many values make a block and
// how many bytes a block takes; a row is a whole number of blocks.
//
// The data section starts at the first multiple of the alignment behind the
// header. Alignment is the value of general.alignment, or 32. Tensors follow
// each other in the order of their infos, each at the next multiple of the
// alignment, and the last is padded as well. An offset counts from the start
// of the data section, a file offset from the start of the file.
//
// A split set is a model in several files, each a GGUF file of its own, named
// as [SplitName] says. All metadata is in the first; split.no, split.count and
// split.tensors.count in each tell which file of the set it is.
//
// # Specification
//
// Versions 2 and 3 are read, in either byte order; version 3 in little-endian
// order is written. Where the specification
// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) and llama.cpp
// differ, a reader accepts what llama.cpp accepts and lists it in
// [File].Warnings, [ReaderOptions].Strict rejects it, and it is never written.
// Among these are bytes that follow the last tensor: a reader that is not
// strict does not look at them.
//
// Bools are 0 or 1, names hold no NUL, and arrays hold no arrays, although
// some of this passes elsewhere.
//
// # Security
//
// A file is hostile until it is read: what it claims is held against the bytes
// that it has before memory is allocated. A header is bounded by the limits of
// [ReaderOptions]. Metadata and tensor names can hold any text, terminal
// escapes included; quote them before you show them.
package gguf
