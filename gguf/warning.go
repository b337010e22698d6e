package gguf

import "unicode/utf8"

// A Warning is a break of the specification that llama.cpp and this package
// read past. With [ReaderOptions].Strict it is an error.
type Warning struct {
	Offset int64  // in bytes from the start of the file
	Path   string // the field, as in FormatError; may be empty
	Text   string
}

func (w Warning) String() string {
	return (&FormatError{Offset: w.Offset, Path: w.Path, Err: plainError(w.Text)}).Error()
}

type plainError string

func (e plainError) Error() string { return string(e) }

// maxWarnings bounds what a file can make the reader say.
const maxWarnings = 100

// warn records a break of the specification, or returns it as an error.
func (p *parser) warn(offset int64, path, text string) error {
	if p.opts.Strict {
		return &FormatError{Offset: offset, Path: path, Err: malformed(text)}
	}
	if len(p.file.Warnings) < maxWarnings {
		p.file.Warnings = append(p.file.Warnings, Warning{offset, path, text})
	}
	return nil
}

// keyProblem says in which way a key that llama.cpp reads breaks the
// specification.
func keyProblem(key string) string {
	if len(key) > maxKeyBytes {
		return "key is longer than 65535 bytes"
	}
	for i := range len(key) {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '_', c == '.':
		default:
			return "key is not lower-case ASCII letters, digits, '_' and '.'"
		}
	}
	return ""
}

func nameProblem(name string) string {
	if !utf8.ValidString(name) {
		return "name is not UTF-8"
	}
	return ""
}
