// Package jsonread reads JSON (RFC 8259) from files that are not trusted.
//
// [Parse] gives a whole document as ordered values: configurations. A
// [Decoder] walks a document of any size with a window of a few KiB: the
// header of a safetensors file, tokenizer.json.
//
// # Strictness
//
// A document has one reading or none. These are errors, each with its own
// sentinel: a key that appears twice in an object, bytes that are not UTF-8,
// half of a surrogate pair, anything but white space behind the value, a byte
// order mark, nesting beyond a limit, a document, string or number beyond a
// limit. Keys are compared exactly, and numbers keep their literal, so that
// 2^64 or 1e400 is seen for what it is. [Options.NonFinite] admits the three
// words that Python's json module writes for floats that JSON cannot express.
//
// # Locations
//
// Every fault of the document is an [Error] with the byte offset, line and
// column, and the path of the value within the document, such as
// model.merges[1203]. A failing read of the underlying file is returned as it
// came, and is never an [Error].
//
// # Terminology
//
//   - A value is null, a boolean, a number, a string, an array or an object.
//   - A member is a key of an object with its value; an element is a value in
//     an array.
//   - The literal of a number is its text in the document.
//   - Depth is the number of arrays and objects that a value stands in; lines
//     and columns count from 1, columns in bytes.
package jsonread
