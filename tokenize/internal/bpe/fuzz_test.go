package bpe

import (
	"strings"
	"testing"
)

// FuzzEncode takes a vocabulary from words. Of "ab cd", in a list of merges, are
// joined what is before the second letter and the rest, and so on: "abc" twice
// is a+bc and ab+c.
func FuzzEncode(f *testing.F) {
	f.Add("ab abc bcd abcd", "abcdabcd", byte(0), uint16(0))
	f.Add("aa aaa aaaa", "aaaaaaaaaaaaaaaaaaaaaaaa", byte(0), uint16(1))
	f.Add("abc ab", "aabcab", byte(0), uint16(2))                      // a part made later
	f.Add("ab ab abc abc", "abcabc", byte(0), uint16(4))               // pairs twice
	f.Add("▁a ▁▁ a▁", "▁a▁▁▁a☃▁", byte(2), uint16(0))                  // characters, unknown ones
	f.Add("<unk> ▁a ▁▁", "▁a☃☃▁", byte(2|4), uint16(0))                // fused
	f.Add("xy xyz yz", "xyzxyz\xff\xe2\x96", byte(1|2|8), uint16(3))   // ranks, invalid UTF-8
	f.Add("thing the in ing", " thing the\x00", byte(1|16), uint16(7)) // whole pieces first
	f.Fuzz(func(t *testing.T, words, text string, options byte, order uint16) {
		if len(words) > 200 || len(text) > 500 || text == "" {
			return
		}
		ranked := options&1 != 0
		c := &Config{
			ByteLevel:   options&2 == 0,
			FuseUnk:     options&4 != 0,
			LateUnknown: options&8 != 0 && ranked,
			WholeFirst:  options&16 != 0,
			UnkMissing:  options&32 != 0,
			CacheSize:   -int(options >> 7),
		}
		ids := map[string]uint32{}
		add := func(token string) uint32 {
			if _, ok := ids[token]; !ok {
				ids[token] = uint32(len(c.Tokens))
				c.Tokens = append(c.Tokens, token)
			}
			return ids[token]
		}
		for _, char := range "abcdefgxyz▁é " {
			add(string(char))
		}
		for i, word := range strings.Fields(words) {
			if word == "<unk>" {
				id := add(word)
				c.Unk = &id
				continue
			}
			// The order tells where each word is cut.
			at := 1 + int(order>>(i%16)&1)*len(word)/2
			if at < len(word) {
				c.Merges = append(c.Merges, Merge{add(word[:at]), add(word[at:]), add(word)})
			}
		}
		build := New
		if ranked {
			c.Merges, build = nil, NewRanked
		}
		m, err := build(c)
		if err != nil {
			t.Fatal(err)
		}
		m.limits = limits{}
		checkPiece(t, m, newNaive(c, ranked), text)
	})
}
