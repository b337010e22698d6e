package text

import (
	"hash/fnv"
	"strconv"

	"github.com/nibble-go/nibble/tokenize"
)

// probe is a text whose tokens tell much of how a tokenizer splits and merges:
// words and their endings, numbers, runs of white space, several scripts,
// characters that normalizers change.
const probe = "The quick brown fox's tokenizers weren't unhappily misunderstood; internationalization! " +
	"HTTPServer snake_case x=12345678.90\r\n\n\tfor (int i = 0; i < 10; i++) {   }\n    " +
	"Ünïcödé naïve ﬁ e\u0301 ½ ǅ Straße Ελληνικά русский עברית العربية हिन्दी 日本語の 中文 한국어 🙂👩‍🚀 "

// fingerprint returns a number, in 16 hexadecimal digits, that two tokenizers
// have in common if they have the same tokens by the same ids, find the same
// added tokens, and make the same of the probe.
func fingerprint(t *tokenize.Tokenizer) string {
	hash := fnv.New64a()
	buf := make([]byte, 0, 1<<10)
	field := func(id uint32, text string, flags ...bool) {
		buf = appendUint32(buf[:0], id)
		buf = appendUint32(buf, uint32(len(text)))
		buf = append(buf, text...)
		for _, flag := range flags {
			buf = strconv.AppendBool(buf, flag)
		}
		hash.Write(buf)
	}
	for id, token := range t.Tokens() {
		field(id, token)
	}
	for _, a := range t.Info().Added {
		field(a.ID, a.Text, a.Special, a.SingleWord, a.LStrip, a.RStrip, a.Normalized)
	}
	for _, special := range []tokenize.SpecialText{tokenize.SpecialByFormat, tokenize.PlainSpecial} {
		// An error, for a character that is in no token, is one of them all.
		ids, err := t.AppendIDs(nil, probe, tokenize.Options{AddSpecial: true, Special: special, Workers: 1})
		for _, id := range ids {
			field(id, "")
		}
		field(0, "", err != nil)
	}
	digits := strconv.FormatUint(hash.Sum64(), 16)
	return "0000000000000000"[len(digits):] + digits
}
