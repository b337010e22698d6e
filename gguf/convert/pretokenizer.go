package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// preTokenizerName returns the value of tokenizer.ggml.pre: the name under
// which llama.cpp knows how this tokenizer splits text before it merges.
//
// The reference hashes the ids of one long string and looks the hash up, so
// that a single added token makes it fail. Here the name follows from the
// structure of tokenizer.json: its normalizer and pre-tokenizer, compared with
// the table in pretokenizer_table.go.
func preTokenizerName(t *vocab.JSON, override string) (string, error) {
	if override != "" {
		if !slices.Contains(preTokenizerNames, override) {
			return "", unknownPreTokenizer(override)
		}
		return override, nil
	}
	steps := preTokenizerSteps(nil, t.PreTokenizer)
	name, known := preTokenizers[strings.Join(steps, "\n")]
	isBERT := t.Model.Type == vocab.WordPiece
	if known && isBERT == (name == preBERT) && normalizerKept(t.Normalizer, name) {
		return refinePreTokenizer(name, t), nil
	}
	return "", &PreTokenizerError{
		Normalizer: describeNormalizer(t.Normalizer),
		Steps:      steps,
	}
}

// A PreTokenizerError reports a tokenizer.json whose way of splitting text has
// no name in llama.cpp that this package knows. It wraps [ErrUnsupported].
type PreTokenizerError struct {
	Normalizer string   // "" where there is none
	Steps      []string // of the pre-tokenizer, in order, with their patterns
}

func (e *PreTokenizerError) Error() string {
	var b strings.Builder
	b.WriteString("tokenizer.json: the pre-tokenizer is none that llama.cpp has a name for:")
	if e.Normalizer != "" {
		b.WriteString("\n  normalizer: " + e.Normalizer)
	}
	if len(e.Steps) == 0 {
		b.WriteString("\n  no pre-tokenizer")
	}
	for i, step := range e.Steps {
		fmt.Fprintf(&b, "\n  step %d: %s", i+1, step)
	}
	b.WriteString("\ngive the name of one that splits text alike, with --pretokenizer NAME")
	return b.String()
}

func (e *PreTokenizerError) Unwrap() error { return ErrUnsupported }

// unknownPreTokenizer is the error for a name that llama.cpp would refuse.
func unknownPreTokenizer(name string) error {
	var near []string
	for _, known := range preTokenizerNames {
		if strings.EqualFold(known, name) {
			return fmt.Errorf("pre-tokenizer %q: %w: llama.cpp calls it %q", name, ErrUnsupported, known)
		}
		if len(name) >= 3 && strings.HasPrefix(known, strings.ToLower(name[:3])) {
			near = append(near, known)
		}
	}
	if near == nil {
		near = preTokenizerNames
	}
	return fmt.Errorf("pre-tokenizer %q: %w: llama.cpp has no such name; it knows %s",
		name, ErrUnsupported, strings.Join(near, ", "))
}

// preTokenizerSteps appends the steps of a pre-tokenizer in the notation of
// the table: sequences flattened, and only those settings kept that decide how
// text is split. add_prefix_space is none of them: loading a tokenizer
// replaces it by what tokenizer_config.json says.
func preTokenizerSteps(steps []string, p *jsonread.Object) []string {
	if p == nil {
		return steps
	}
	kind, _ := p.String("type")
	switch kind {
	case "Sequence":
		list, _ := p.Array("pretokenizers")
		for _, sub := range list {
			o, _ := sub.(*jsonread.Object)
			steps = preTokenizerSteps(steps, o)
		}
		return steps
	case "Split":
		return append(steps, splitStep(p))
	case "ByteLevel":
		if regex, ok := p.Bool("use_regex"); ok && !regex {
			return append(steps, stepBytes)
		}
		return append(steps, stepBytesGPT2)
	case "Digits":
		if each, _ := p.Bool("individual_digits"); each {
			return append(steps, stepDigits)
		}
		return append(steps, stepNumbers)
	case "Punctuation":
		behavior, ok := p.String("behavior")
		if !ok {
			behavior = "Isolated"
		}
		return append(steps, "Punctuation "+behavior)
	}
	return append(steps, kind)
}

// splitStep describes a Split. Keeping the matches (Isolated) and removing
// what lies between them (Removed, inverted) are one and the same for patterns
// that leave nothing between; all in the table that are found in both forms
// do. The second form marks vocabularies that came from tiktoken.
func splitStep(p *jsonread.Object) string {
	pattern, _ := p.Object("pattern")
	text, isRegex := pattern.String("Regex")
	if !isRegex {
		text, _ = pattern.String("String")
		text = "literal " + text
	}
	text = visible(text)
	behavior, _ := p.String("behavior")
	invert, _ := p.Bool("invert")
	switch {
	case behavior == "Isolated" && !invert:
		return split(text)
	case behavior == "Removed" && invert:
		return keep(text)
	}
	if invert {
		behavior += " inverted"
	}
	return "Split " + behavior + " " + text
}

func split(pattern string) string { return "Split " + pattern }
func keep(pattern string) string  { return "Split Removed inverted " + pattern }

// visible writes line ends and tabs of a pattern as escapes: files have them
// either way.
func visible(pattern string) string {
	return strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`).Replace(pattern)
}

// normalizerKept reports whether llama.cpp, told this name, does what the
// normalizer asks for, as far as the format can say: BERT's own, for BERT's
// pre-tokenizer; otherwise none. NFC is passed over, as the reference does.
func normalizerKept(n *jsonread.Object, name string) bool {
	if n == nil {
		return true
	}
	switch kind, _ := n.String("type"); kind {
	case "NFC":
		return true
	case "BertNormalizer":
		return name == preBERT
	case "Sequence":
		steps, _ := n.Array("normalizers")
		for _, step := range steps {
			if o, _ := step.(*jsonread.Object); !normalizerKept(o, name) {
				return false
			}
		}
		return true
	}
	return name == preBERT
}

// describeNormalizer names the steps of a normalizer.
func describeNormalizer(n *jsonread.Object) string {
	kind, _ := n.String("type")
	list, ok := n.Array("normalizers")
	if !ok {
		return kind
	}
	var names []string
	for _, step := range list {
		o, _ := step.(*jsonread.Object)
		names = append(names, describeNormalizer(o))
	}
	return strings.Join(names, ", ")
}

// hasNFC reports whether a normalizer contains NFC.
func hasNFC(n *jsonread.Object) bool {
	return slices.Contains(strings.Split(describeNormalizer(n), ", "), "NFC")
}
