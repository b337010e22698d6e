package tokenize

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

func (p *pipeline) appendText(dst []byte, ids []uint32, o DecodeOptions) []byte {
	if p.rawDecoder {
		start := len(dst)
		for _, id := range ids {
			if !o.SkipSpecial || !p.special[id] {
				dst = p.appendRaw(dst, id)
			}
		}
		if o.ReplaceInvalid && !utf8.Valid(dst[start:]) {
			dst = decode.AppendLossy(dst[:start], bytes.Clone(dst[start:]))
		}
		return dst
	}
	tokens := make([]string, 0, len(ids))
	for _, id := range ids {
		if p.vocab.has(id) && (!o.SkipSpecial || !p.special[id]) {
			tokens = append(tokens, p.vocab.text(id))
		}
	}
	if p.decoder == nil {
		return append(dst, strings.Join(tokens, " ")...)
	}
	for _, part := range p.decoder.Decode(tokens) {
		dst = append(dst, part...)
	}
	return dst
}

// appendRaw appends the bytes that a token spells in the byte-level alphabet. A
// token with a character outside of it is text as it stands.
func (p *pipeline) appendRaw(dst []byte, id uint32) []byte {
	token := p.vocab.text(id)
	if p.rawTokens {
		return append(dst, token...)
	}
	if decoded, ok := bytelevel.AppendDecoded(dst, token); ok {
		return decoded
	}
	return append(dst, token...)
}

// appendToken takes what the decoder makes of the token behind itself: there it
// is not the first, from which decoders strip white space.
func (p *pipeline) appendToken(dst []byte, id uint32) []byte {
	if p.rawDecoder || !p.vocab.has(id) {
		return p.appendRaw(dst, id)
	}
	if b, ok := fallbackByte(p.vocab.text(id)); ok && p.byteFallback {
		return append(dst, b)
	}
	alone := p.appendText(nil, []uint32{id}, DecodeOptions{})
	twice := p.appendText(nil, []uint32{id, id}, DecodeOptions{})
	if rest, ok := strings.CutPrefix(string(twice), string(alone)); ok {
		return append(dst, rest...)
	}
	return append(dst, alone...)
}
