package tokenize

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// An addedToken is a token that is found in the text before the model sees it.
type addedToken struct {
	id         uint32
	content    string
	singleWord bool // not within a word
	lstrip     bool // takes the white space before it along
	rstrip     bool // takes the white space behind it along
	normalized bool // looked for in the normalized text
	special    bool
}

// matcher finds added tokens in a text: of those that start first the longest.
type matcher struct {
	tokens       []addedToken
	patterns     []string   // parallel to tokens
	longestBytes int        // of patterns
	tree         *trie.Trie // of patterns; values are indices into tokens

	first      [256]bool    // bytes that patterns start with
	seconds    [1024]uint64 // bit 256 x first byte + second byte: patterns may start with both
	single     int          // the only such byte, or -1
	allSpecial bool
	singleWord bool // there is a token that stands in no word
}

// newMatcher returns a matcher of tokens, or nil where there are none. patterns
// are what is looked for, parallel to tokens; of equal ones the first counts,
// empty ones are left out.
func newMatcher(tokens []addedToken, patterns []string) (*matcher, error) {
	m := &matcher{single: -1, allSpecial: true}
	var values []int32
	seen := make(map[string]bool, len(patterns))
	for i, pattern := range patterns {
		if pattern == "" || seen[pattern] {
			continue
		}
		seen[pattern] = true
		m.patterns = append(m.patterns, pattern)
		m.longestBytes = max(m.longestBytes, len(pattern))
		values = append(values, int32(len(m.tokens)))
		m.tokens = append(m.tokens, tokens[i])
		m.allSpecial = m.allSpecial && tokens[i].special
		m.singleWord = m.singleWord || tokens[i].singleWord
		m.first[pattern[0]] = true
		m.single = int(pattern[0])
		m.addSeconds(pattern)
	}
	if len(m.patterns) == 0 {
		return nil, nil
	}
	if slices.ContainsFunc(m.patterns, func(pattern string) bool { return int(pattern[0]) != m.single }) {
		m.single = -1
	}
	var err error
	m.tree, err = trie.Build(m.patterns, values)
	return m, err
}

// find returns the next match in s from pos on: where it starts and ends, and
// which token it is.
func (m *matcher) find(s string, pos int) (start, end int, token *addedToken) {
	for pos < len(s) {
		if m.single >= 0 {
			i := strings.IndexByte(s[pos:], byte(m.single))
			if i < 0 {
				return 0, 0, nil
			}
			pos += i
		} else if !m.first[s[pos]] {
			pos++
			continue
		}
		if !m.mayStart(s, pos) {
			pos++
			continue
		}
		if n, index := m.longest(s[pos:]); index >= 0 {
			return pos, pos + n, &m.tokens[index]
		}
		pos++
	}
	return 0, 0, nil
}

// addSeconds notes the first two bytes of a pattern; behind a pattern of one
// byte anything may stand.
func (m *matcher) addSeconds(pattern string) {
	row := m.seconds[4*int(pattern[0]):][:4]
	if len(pattern) > 1 {
		row[pattern[1]/64] |= 1 << (pattern[1] % 64)
		return
	}
	for i := range row {
		row[i] = ^uint64(0)
	}
}

// mayStart reports whether the two bytes at s[pos:] may start a pattern, which
// in most texts answers for most spaces and brackets.
func (m *matcher) mayStart(s string, pos int) bool {
	if pos+1 >= len(s) {
		return true
	}
	return m.seconds[4*int(s[pos])+int(s[pos+1])/64]>>(s[pos+1]%64)&1 != 0
}

// longest returns the length and index of the longest pattern that s starts
// with; the index is -1 if there is none.
func (m *matcher) longest(s string) (length int, index int32) {
	index = -1
	node := trie.Root
	for i := range len(s) {
		next, ok := m.tree.Step(node, s[i])
		if !ok {
			break
		}
		node = next
		if v := m.tree.Value(node); v >= 0 {
			length, index = i+1, v
		}
	}
	return length, index
}

// longestPattern returns the bytes of the longest pattern.
func (m *matcher) longestPattern() int {
	if m == nil {
		return 0
	}
	return m.longestBytes
}

// reachesOverSpace reports whether a pattern has white space behind something
// else.
func (m *matcher) reachesOverSpace() bool {
	return m != nil && slices.ContainsFunc(m.patterns, func(pattern string) bool {
		return strings.ContainsFunc(strings.TrimLeftFunc(pattern, ucd.IsSpace), ucd.IsSpace)
	})
}

// looksAround reports whether there is a token that stands in no word.
func (m *matcher) looksAround() bool { return m != nil && m.singleWord }

// decodesTo reports whether all tokens decode to what they are found by.
func (m *matcher) decodesTo(p *pipeline) bool {
	return m == nil || !slices.ContainsFunc(m.tokens, func(token addedToken) bool {
		return string(p.appendRaw(nil, token.id)) != token.content
	})
}

// strips reports whether a token takes white space along.
func (m *matcher) strips() bool {
	return m != nil && slices.ContainsFunc(m.tokens, func(token addedToken) bool { return token.lstrip || token.rstrip })
}

// split calls do with the parts of s in order: added tokens, and what stands
// between them, for which token is nil.
//
// The rules are those of Hugging Face's find_matches: a match that is refused
// is not retried shorter, and the search goes on behind what was matched, not
// behind the white space taken along.
func (m *matcher) split(s string, r request, do func(start, end int, token *addedToken) error) error {
	if m == nil || m.allSpecial && r.special == PlainSpecial && len(r.allowed) == 0 {
		if s == "" {
			return nil
		}
		return do(0, len(s), nil)
	}
	done := 0
	var run Span // of white space that was last taken along: it is looked through once
	for pos := 0; ; {
		start, end, token := m.find(s, pos)
		if token == nil {
			break
		}
		pos = end
		if token.special && !r.parses(token) {
			if r.special == RefuseSpecial {
				return &specialError{token.content, r.base + start}
			}
			continue
		}
		if token.singleWord && (endsInWord(s[:start]) || startsWithWord(s[end:])) {
			continue
		}
		// After white space that the last match took along, a match may start, and
		// even end, before done. It counts all the same, unless it is to take white
		// space along itself, and what follows it then is text once more.
		if token.rstrip {
			if end < run.Start || run.End < end {
				run = Span{end, len(s) - len(strings.TrimLeftFunc(s[end:], ucd.IsSpace))}
			}
			end = run.End
		}
		if token.lstrip {
			if done <= start {
				start = done + len(strings.TrimRightFunc(s[done:start], ucd.IsSpace))
			} else {
				start = done
			}
		}
		if done < start {
			if err := do(done, start, nil); err != nil {
				return err
			}
		}
		if start < end {
			if err := do(start, end, token); err != nil {
				return err
			}
		}
		done = end
	}
	if done < len(s) {
		return do(done, len(s), nil)
	}
	return nil
}

// specialError is a special token in a text that must not have any.
type specialError struct {
	token  string
	offset int
}

func (e *specialError) Error() string {
	return "byte " + strconv.Itoa(e.offset) + ": " + ErrSpecial.Error() + ": " + fault.Quote(e.token)
}

func (e *specialError) Unwrap() error { return ErrSpecial }

func endsInWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s != "" && pretokenize.IsWord(r)
}

func startsWithWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && pretokenize.IsWord(r)
}
