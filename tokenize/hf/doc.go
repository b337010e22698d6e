// Package hf is Hugging Face's own tokenizers, the Rust library, called through
// cgo: for those who want that code itself, and as the judge of package
// tokenize in its tests.
//
// Without the build tag hftokenizers the package has nothing in it. With it,
// the linker needs a static library that is built from the sources in the Go
// module github.com/daulet/tokenizers:
//
//	make hf-library
//	CGO_ENABLED=1 CGO_LDFLAGS="-L$PWD/bin/hf" go test -tags hftokenizers ./tokenize/hf
//
// # What differs from package tokenize
//
// It reads tokenizer.json alone. Truncation and padding are those of the file,
// without what overflows. There are no pairs, no words, no batches and no
// streaming; what an option asks for and the library does not have is an error.
//
// Text with a byte 0 in it is refused, because the library takes that for its
// end, and so is text that is not UTF-8, of which the library would see U+FFFD
// and count offsets in that. strings.ToValidUTF8 says what is meant.
//
// Decoding always replaces what is not UTF-8, and gives "" for a text with a
// byte 0 in it, or for one that the library fails to decode: it has no way to
// say so. Likewise a text that it fails to encode has no tokens. A few
// settings of decoders make the library panic on some input, which ends the
// program.
//
// The library has no limits on the files that it reads. Give it none that you
// do not trust.
package hf
