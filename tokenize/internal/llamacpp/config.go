package llamacpp

// A Config is a vocabulary as the metadata of a GGUF file has it.
type Config struct {
	Model        string // tokenizer.ggml.model
	Pre          string // tokenizer.ggml.pre; empty: the file does not say
	Name         string // general.name
	Architecture string // general.architecture

	Tokens   []string    // tokenizer.ggml.tokens
	Scores   []float32   // tokenizer.ggml.scores, parallel to Tokens; nil: there are none
	Types    []TokenType // tokenizer.ggml.token_type, parallel to Tokens; nil: all are Normal
	Merges   []string    // tokenizer.ggml.merges; nil: there are none
	Charsmap []byte      // tokenizer.ggml.precompiled_charsmap

	IDs   map[Role]uint32 // those that the file names
	Flags map[Flag]bool   // those that the file sets

	// CacheSize is the number of bytes for the cache of pieces of vocabularies
	// that merge; 0: 2 MiB; negative: no cache.
	CacheSize int
}

// A TokenType is what a file says of a token. Other values are like Undefined.
type TokenType int32

// The types of tokens.
const (
	Undefined   TokenType = iota
	Normal                // what text is made of
	Unknown               // stands for what the vocabulary does not cover
	Control               // found in the text only if special tokens are parsed
	UserDefined           // always found in the text, before all else
	Unused                // text does not become it, unless by merging
	Byte                  // <0x00> to <0xFF>
)

// A Role is what a token is for.
type Role uint8

// The roles of tokens.
const (
	BOS    Role = iota // beginning of a text; CLS of BERT
	EOS                // end of a text
	EOT                // end of a turn
	EOM                // end of a message
	UNK                // what is unknown
	SEP                // separator
	PAD                // padding
	MASK               // what is to be guessed
	FIMPre             // before a prefix, where the middle is to be filled in
	FIMSuf             // before a suffix
	FIMMid             // before the middle
	FIMPad             // padding
	FIMRep             // before the name of a repository
	FIMSep             // before a file
	roles
)

var roleNames = [roles]string{
	"bos", "eos", "eot", "eom", "unk", "sep", "pad", "mask", "fim_pre", "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep",
}

// String returns the name of r in lower case, such as bos.
func (r Role) String() string {
	if r >= roles {
		return "??"
	}
	return roleNames[r]
}

// Roles returns all roles.
func Roles() []Role {
	list := make([]Role, roles)
	for i := range list {
		list[i] = Role(i)
	}
	return list
}

// A Flag is a setting that is on or off.
type Flag uint8

// The settings.
const (
	AddBOS                 Flag = iota // tokenizer.ggml.add_bos_token
	AddEOS                             // tokenizer.ggml.add_eos_token
	AddSEP                             // tokenizer.ggml.add_sep_token
	AddSpacePrefix                     // tokenizer.ggml.add_space_prefix
	RemoveExtraWhitespaces             // tokenizer.ggml.remove_extra_whitespaces
	Lowercase                          // tokenizer.ggml.normalizer.lowercase
	StripAccents                       // tokenizer.ggml.normalizer.strip_accents
	flags
)

// none is what stands for a token that there is not.
const none = ^uint32(0)
