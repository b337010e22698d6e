package llamacpp

// An attr is a set of attributes of a token. llama.cpp makes the first six of
// the token's type, and changes some of them by the token's text.
type attr uint16

// The attributes, with the values that llama.h gives them.
const (
	unknownToken attr = 1 << iota
	unusedToken
	normalToken
	controlToken
	userDefined
	byteToken
	_          // NORMALIZED, which nothing sets
	leftStrip  // takes the white space before it along
	rightStrip // takes the white space behind it along
)

// attrOf returns the attributes that a type stands for.
func attrOf(t TokenType) attr {
	switch t {
	case Normal:
		return normalToken
	case Unknown:
		return unknownToken
	case Control:
		return controlToken
	case UserDefined:
		return userDefined
	case Unused:
		return unusedToken
	case Byte:
		return byteToken
	}
	return 0
}

// Tokens that llama.cpp knows by their text. Where a file names no token of a
// role, one of these texts has it; and it is a control token whatever its type.
var rolesByText = map[string]Role{
	"<|eot_id|>": EOT, "<|im_end|>": EOT, "<|end|>": EOT, "<end_of_turn>": EOT, "<|endoftext|>": EOT, "<|end_of_text|>": EOT,
	"<EOT>": EOT, "_<EOT>": EOT, "[EOT]": EOT, "<｜end▁of▁sentence｜>": EOT, "<end_of_utterance>": EOT,
	"<|eom_id|>":     EOM,
	"<|fim_prefix|>": FIMPre, "<fim-prefix>": FIMPre, "<fim_prefix>": FIMPre, "<｜fim▁begin｜>": FIMPre, "<PRE>": FIMPre, "▁<PRE>": FIMPre,
	"<|code_prefix|>": FIMPre, "<|prefix|>": FIMPre,
	"<|fim_suffix|>": FIMSuf, "<fim-suffix>": FIMSuf, "<fim_suffix>": FIMSuf, "<｜fim▁hole｜>": FIMSuf, "<SUF>": FIMSuf, "▁<SUF>": FIMSuf,
	"<|code_suffix|>": FIMSuf, "<|suffix|>": FIMSuf,
	"<|fim_middle|>": FIMMid, "<fim-middle>": FIMMid, "<fim_middle>": FIMMid, "<｜fim▁end｜>": FIMMid, "<MID>": FIMMid, "▁<MID>": FIMMid,
	"<|code_middle|>": FIMMid, "<|middle|>": FIMMid,
	"<|fim_pad|>": FIMPad, "<fim-pad>": FIMPad, "<fim_pad>": FIMPad, "<PAD>": FIMPad, "[PAD]": FIMPad,
	"<|fim_repo|>": FIMRep, "<|repo_name|>": FIMRep, "<fim-repo>": FIMRep, "<REPO>": FIMRep, "<reponame>": FIMRep,
	"<|file_sep|>": FIMSep,
}

// endsByText are the tokens that end what a model generates, by their text.
// They are control tokens whatever their type.
var endsByText = map[string]bool{
	"<|eot_id|>": true, "<|im_end|>": true, "<|end|>": true, "<|return|>": true, "<|call|>": true, "<|flush|>": true, "<|calls|>": true,
	"<end_of_turn>": true, "<|endoftext|>": true, "</s>": true, "<|eom_id|>": true, "<EOT>": true, "_<EOT>": true, "[EOT]": true,
	"[EOS]": true, "<|end_of_text|>": true, "<end_of_utterance>": true, "<eos>": true, "<turn|>": true, "<|tool_response>": true,
	"<｜end▁of▁sentence｜>": true,
}

// shownByText are tokens of gpt-oss that are always shown.
var shownByText = map[string]bool{"<|channel|>": true, "<|message|>": true, "<|start|>": true, "<|constrain|>": true}
