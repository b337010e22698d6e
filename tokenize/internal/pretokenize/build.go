//go:build !nibbletext

package pretokenize

// build returns the pre-tokenizer that s describes.
func (s Step) build() (PreTokenizer, error) {
	switch s.Kind {
	case BertPreTokenizer:
		return bert{}, nil
	case ByteLevel:
		return newByteLevel(s)
	case CharDelimiterSplit:
		return delimiter{string(s.Delimiter)}, nil
	case Digits:
		if s.IndividualDigits {
			return classSplit{numeric, Isolated}, nil
		}
		return classSplit{numeric, Contiguous}, nil
	case FixedLength:
		return fixedLength{s.Length}, nil
	case Metaspace:
		return metaspace{string(s.Replacement), s.PrependScheme, s.Split}, nil
	case Punctuation:
		return classSplit{punct, s.Behavior}, nil
	case Split:
		return newSplit(s)
	case UnicodeScripts:
		return unicodeScripts{}, nil
	case Whitespace:
		return whitespace{}, nil
	}
	return whitespaceSplit{}, nil
}

// append appends a step, or puts one in the place of the last that does the
// work of both.
func (q sequence) append(p PreTokenizer) sequence {
	if m, ok := p.(metaspace); ok && len(q) > 0 {
		if _, ok := q[len(q)-1].(whitespaceSplit); ok {
			q[len(q)-1] = metaspaceWords{m}
			return q
		}
	}
	return append(q, p)
}
