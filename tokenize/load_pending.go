package tokenize

import "io"

func openGGUF(string) (*Tokenizer, error) { return nil, ErrUnsupported }

func readGGUF(io.ReaderAt, int64) (*Tokenizer, error) { return nil, ErrUnsupported }
