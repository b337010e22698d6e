// Package inspect tells what is in a model file, and what it takes to run it.
//
// [Open] looks at a GGUF file, at a split set by its first file, at a model
// directory with safetensors weights or at one file of these, and returns a
// [Report]. Only headers are read, never weights. [Report.Memory] estimates the
// memory for a given context, [ParseName] takes the name of a file apart.
//
// A Report is plain data with JSON tags; names of fields carry their units
// where they have any. Whatever stems from the file may hold any text: quote
// it before it reaches a terminal.
package inspect
