package pretokenize

// A Kind is a type of pre-tokenizer.
type Kind uint8

// The kinds of pre-tokenizers, by their names in a tokenizer.json.
const (
	BertPreTokenizer Kind = iota + 1
	ByteLevel
	CharDelimiterSplit
	Digits
	FixedLength
	Metaspace
	Punctuation
	Split
	UnicodeScripts
	Whitespace
	WhitespaceSplit
)

var kinds = map[string]Kind{
	"BertPreTokenizer":   BertPreTokenizer,
	"ByteLevel":          ByteLevel,
	"CharDelimiterSplit": CharDelimiterSplit,
	"Delimiter":          CharDelimiterSplit, // the reference's name for it in lists of types
	"Digits":             Digits,
	"FixedLength":        FixedLength,
	"Metaspace":          Metaspace,
	"Punctuation":        Punctuation,
	"Split":              Split,
	"UnicodeScripts":     UnicodeScripts,
	"Whitespace":         Whitespace,
	"WhitespaceSplit":    WhitespaceSplit,
}

// A Behavior is what becomes of matches.
type Behavior uint8

// The behaviors. The pieces in the comments are those of "a--b" where matches
// are single hyphens.
const (
	Removed            Behavior = iota // a b
	Isolated                           // a - - b
	MergedWithPrevious                 // a- - b
	MergedWithNext                     // a - -b
	Contiguous                         // a -- b
)

var behaviors = map[string]Behavior{
	"Removed":            Removed,
	"Isolated":           Isolated,
	"MergedWithPrevious": MergedWithPrevious,
	"MergedWithNext":     MergedWithNext,
	"Contiguous":         Contiguous,
}

// A PrependScheme is where Metaspace puts its replacement in front of a text
// that does not start with one.
type PrependScheme uint8

// The prepend schemes.
const (
	Always PrependScheme = iota
	First                // only where the original starts
	Never
)

var prependSchemes = map[string]PrependScheme{"always": Always, "first": First, "never": Never}

// A Step is a pre-tokenizer with its settings. Those that its kind has not are
// zero, so that steps can be compared.
type Step struct {
	Kind Kind

	Behavior Behavior // Punctuation, Split
	Pattern  string   // Split
	Regex    bool     // Split: Pattern is a regular expression, not what stands in the text
	Invert   bool     // Split: what the pattern does not match counts as the matches

	AddPrefixSpace bool // ByteLevel
	UseRegex       bool // ByteLevel: split by the pattern of GPT-2 first

	Replacement   rune          // Metaspace: stands for a space
	PrependScheme PrependScheme // Metaspace
	Split         bool          // Metaspace: cut in front of each Replacement

	Delimiter        rune // CharDelimiterSplit
	IndividualDigits bool // Digits: each a piece of its own
	Length           int  // FixedLength: characters of a piece
}
