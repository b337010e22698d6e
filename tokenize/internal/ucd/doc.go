// Package ucd has the tables of the Unicode Character Database that splitting
// and normalizing text need, all of one version. Package unicode of the
// standard library follows the Go release, and a tokenizer must give the same
// tokens whatever compiler built it.
//
// # Terminology
//
//   - A [Category] is a code point's general category, two letters such as Lu.
//     Every code point has exactly one; those without a character have [Cn].
//   - A [Script] is the writing system that a code point belongs to, or
//     [Common], [Inherited] or [Unknown].
//   - A [Property] is something that a code point has or has not.
//   - Folding maps letters to one form without case: [Fold] to one letter,
//     [FullFold] to the several that some of them need.
//
// The tables are made by internal/tools/ucd/gen.py.
package ucd

// Version is the version of Unicode that all tables have.
const Version = "16.0.0"

// MaxRune is the last code point.
const MaxRune = 0x10ffff
