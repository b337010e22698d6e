package onig

import (
	"encoding/json"
	"hash/crc32"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// uniform are the insides of large blocks of one kind, which the judge was not
// asked about; the same list is in internal/tools/onig/gen.py.
var uniform = set{
	{Lo: 0x3500, Hi: 0x4cff}, {Lo: 0x4f00, Hi: 0x9eff}, {Lo: 0xad00, Hi: 0xd6ff}, {Lo: 0xd800, Hi: 0xdfff}, {Lo: 0xe100, Hi: 0xf7ff},
	{Lo: 0x17100, Hi: 0x186ff}, {Lo: 0x18e00, Hi: 0x1aeff}, {Lo: 0x20100, Hi: 0x2a5ff}, {Lo: 0x2a800, Hi: 0x2eaff},
	{Lo: 0x2ef00, Hi: 0x2f6ff}, {Lo: 0x2fb00, Hi: 0x2feff}, {Lo: 0x30100, Hi: 0x312ff}, {Lo: 0x31400, Hi: 0x322ff},
	{Lo: 0x32500, Hi: 0xdffff}, {Lo: 0xe0200, Hi: 0xefeff}, {Lo: 0xf0100, Hi: 0xffeff}, {Lo: 0x100100, Hi: 0x10feff},
}

// TestClasses holds every class, and what equals each letter without regard to
// case, against tokenizers 0.22.2.
func TestClasses(t *testing.T) {
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-classes.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var letterRanges [][2]rune
	golden := map[string][]int{}
	for pattern, value := range file {
		into := any(&letterRanges)
		var result []int
		if pattern != "letters" {
			into = &result
		}
		if err := json.Unmarshal(value, into); err != nil {
			t.Fatal(err)
		}
		if result != nil {
			golden[pattern] = result
		}
	}
	var ranges []ucd.Range
	for _, r := range letterRanges {
		ranges = append(ranges, ucd.Range{Lo: r[0], Hi: r[1]})
	}
	letters := newSet(ranges)
	for name := range sets() {
		if golden[`\p{`+name+`}`] == nil {
			t.Errorf("no judgement of the property %s", name)
		}
	}
	for pattern, want := range golden {
		var codes []int
		if strings.Contains(pattern, "%x") {
			for letter := range letters.members {
				s := oneCharacter(t, strings.Replace(pattern, "%x", strconv.FormatInt(int64(letter), 16), 1))
				if strings.Contains(pattern, "^") {
					s = s.not()
				}
				codes = append(codes, -1)
				for c := range s.and(letters).members {
					codes = append(codes, int(c))
				}
			}
		} else {
			for c := range oneCharacter(t, pattern).and(uniform.not()).members {
				codes = append(codes, int(c))
			}
		}
		if got := []int{len(codes), checksum(codes)}; !slices.Equal(got, want) {
			t.Errorf("%s: %d code points, checksum %d, want %d", pattern, got[0], got[1], want)
		}
	}
	t.Logf("%d classes, %d letters", len(golden), letters.size())
}

// members yields the members of s in order.
func (s set) members(yield func(rune) bool) {
	for _, r := range s {
		for c := r.Lo; c <= r.Hi; c++ {
			if !yield(c) {
				return
			}
		}
	}
}

// oneCharacter returns the characters that a pattern of a class or letter
// matches; the sequences that it matches too are left aside.
func oneCharacter(t *testing.T, pattern string) set {
	t.Helper()
	p := parser{src: pattern}
	n, err := p.parse()
	if err != nil {
		t.Fatalf("%q: %v", pattern, err)
	}
	n = expand(n, nil, false)
	if n.op == opAlternate {
		n = n.subs[0]
	}
	switch n.op {
	case opSet:
		return n.set
	case opLiteral:
		return setOf(n.runes...)
	}
	t.Fatalf("%q is no class", pattern)
	return nil
}

func checksum(codes []int) int {
	var text []byte
	for i, c := range codes {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(c), 10)
	}
	return int(crc32.ChecksumIEEE(text))
}
