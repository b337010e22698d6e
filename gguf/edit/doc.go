// Package edit changes GGUF files: their metadata, their split into several
// files, their byte order.
//
// A [Plan] says what would be written: [Retag], [Split], [Merge],
// [ExtractVocabulary] and [SwapOrder] make one of an open file, and
// [Plan.WriteFiles] writes it. Tensors pass through a piece at a time, so that
// memory does not grow with the file. [Update] changes the metadata of a file
// where it stands.
//
// # Crash safety
//
// Output files appear whole or not at all, under a new name or in place of the
// input itself. For a file that is changed where it stands there are two ways:
//
//   - In place, if the bytes that change lie within one sector of 512 bytes,
//     counted from the start of the file. Disks write a sector whole or not at
//     all, also when the power fails, so the file is the old one or the new one
//     and never a mixture. Most numbers, bools and short texts of unchanged
//     length are changed so, in a file of any size.
//   - By a copy, in all other cases: a new file is written beside the old one,
//     brought to the disk, and given its name. Header padding that could absorb
//     a longer value does not help: everything behind the value moves, and a
//     header that is torn halfway is lost with the file.
//
// A header is written as this module writes it, as version 3. A copy also has
// the padding behind the last tensor, and no bytes that follow it; in place,
// these stay as they were.
package edit
