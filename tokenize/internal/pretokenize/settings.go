package pretokenize

import (
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// walk calls visit with the steps that o describes, from first to last. An
// error of visit gets the path of its step.
func walk(o *jsonread.Object, depth int, visit func(Step) error) error {
	name, err := config.Type(o)
	if err != nil {
		return err
	}
	if name == "Sequence" {
		return walkSequence(o, depth, visit)
	}
	s, err := readStep(o, name)
	if err != nil {
		return err
	}
	return visit(s)
}

func walkSequence(o *jsonread.Object, depth int, visit func(Step) error) error {
	if depth == config.MaxDepth {
		return config.Unsupported("more than " + strconv.Itoa(config.MaxDepth) + " sequences in each other")
	}
	const key = "pretokenizers"
	list, err := config.Array(o, key)
	if err != nil {
		return err
	}
	for i, v := range list {
		element, ok := v.(*jsonread.Object)
		if !ok {
			return config.In(key, config.In(config.Index(i), config.Malformed("not an object")))
		}
		if err := walk(element, depth+1, visit); err != nil {
			return config.In(key, config.In(config.Index(i), err))
		}
	}
	return nil
}

// ReadStep returns the step that o describes, which must not be a Sequence. The
// decoders ByteLevel and Metaspace have the same settings.
func ReadStep(o *jsonread.Object) (Step, error) {
	name, err := config.Type(o)
	if err != nil {
		return Step{}, err
	}
	return readStep(o, name)
}

// readStep reads the settings of a pre-tokenizer that is no Sequence. Members
// that it does not have are ignored, as files have them.
func readStep(o *jsonread.Object, name string) (s Step, err error) {
	kind, ok := kinds[name]
	if !ok {
		return s, config.In("type", config.Unsupported("no pre-tokenizer "+strconv.Quote(name)))
	}
	s.Kind = kind
	switch kind {
	case ByteLevel:
		err = readByteLevel(o, &s)
	case CharDelimiterSplit:
		s.Delimiter, err = config.Char(o, "delimiter")
	case Digits:
		s.IndividualDigits, err = config.Bool(o, "individual_digits")
	case FixedLength:
		s.Length, err = config.Or(o, "length", config.Int, 5)
		if err == nil && s.Length == 0 {
			err = config.In("length", config.Malformed("pieces without characters"))
		}
	case Metaspace:
		err = readMetaspace(o, &s)
	case Punctuation:
		s.Behavior, err = config.Or(o, "behavior", readBehavior, Isolated)
	case Split:
		err = readSplit(o, &s)
	}
	return s, err
}

func readByteLevel(o *jsonread.Object, s *Step) (err error) {
	if s.AddPrefixSpace, err = config.Bool(o, "add_prefix_space"); err != nil {
		return err
	}
	// Only the post-processor of that type trims, but the member must be there.
	if _, err := config.Bool(o, "trim_offsets"); err != nil {
		return err
	}
	s.UseRegex, err = config.Or(o, "use_regex", config.Bool, true)
	return err
}

// readMetaspace reads prepend_scheme, and add_prefix_space, which older files
// have: false can only stand beside "never".
func readMetaspace(o *jsonread.Object, s *Step) (err error) {
	if s.Replacement, err = config.Char(o, "replacement"); err != nil {
		return err
	}
	s.PrependScheme, err = config.Or(o, "prepend_scheme", readPrependScheme, Always)
	if err != nil {
		return err
	}
	prefix, err := config.Or(o, "add_prefix_space", config.Bool, true)
	if err != nil {
		return err
	}
	if !prefix && s.PrependScheme != Never {
		return config.In("add_prefix_space", config.Malformed("false, but prepend_scheme is not \"never\""))
	}
	s.Split, err = config.Or(o, "split", config.Bool, true)
	return err
}

func readSplit(o *jsonread.Object, s *Step) (err error) {
	if s.Pattern, s.Regex, err = config.Pattern(o, "pattern"); err != nil {
		return err
	}
	if s.Behavior, err = readBehavior(o, "behavior"); err != nil {
		return err
	}
	s.Invert, err = config.Bool(o, "invert")
	return err
}

func readBehavior(o *jsonread.Object, key string) (Behavior, error) {
	return readNamed(o, key, behaviors)
}

func readPrependScheme(o *jsonread.Object, key string) (PrependScheme, error) {
	return readNamed(o, key, prependSchemes)
}

// readNamed reads one of some names.
func readNamed[T any](o *jsonread.Object, key string, names map[string]T) (T, error) {
	var none T
	name, err := config.String(o, key)
	if err != nil {
		return none, err
	}
	v, ok := names[name]
	if !ok {
		return none, config.In(key, config.Unsupported("unknown: "+strconv.Quote(name)))
	}
	return v, nil
}
