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

// roleTexts are the texts by which llama.cpp knows tokens whose role the file
// does not say. Such a token is a control token whatever its type.
//
// Where a vocabulary has several of a role, it depends on the order of a hash
// table in llama.cpp which one gets it. Here it is the first in the list.
var roleTexts = []struct {
	role  Role
	texts []string
}{
	{EOT, []string{
		"<|eot_id|>", "<|im_end|>", "<end_of_turn>", "<|end|>", "<EOT>", "_<EOT>", "[EOT]", "<end_of_utterance>",
		"<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>",
	}},
	{EOM, []string{"<|eom_id|>"}},
	{FIMPre, []string{
		"<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>",
	}},
	{FIMSuf, []string{
		"<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>",
	}},
	{FIMMid, []string{
		"<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>",
	}},
	{FIMPad, []string{"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"}},
	{FIMRep, []string{"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"}},
	{FIMSep, []string{"<|file_sep|>"}},
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
