package normalize

import (
	"cmp"
	"slices"
	"sync"
	"unicode/utf8"
)

// A pair of characters may have a composed one.
type pair struct{ first, second rune }

// pairs has the composed character of each pair, Hangul aside.
var pairs = sync.OnceValue(func() map[pair]rune {
	// Composed are the characters that decompose, yet NFC leaves as they are.
	// Each is the pair of what its decomposition has without the last
	// character, composed, and that.
	var composed []rune
	changed, parts := setOf(nfcChanges), canonical()
	for _, run := range nfdChanges {
		for r := run.lo; r <= run.hi; r++ {
			if changed.of(r) == 0 && parts.of(r) != nil {
				composed = append(composed, r)
			}
		}
	}
	slices.SortStableFunc(composed, func(a, b rune) int { return cmp.Compare(len(parts.of(a)), len(parts.of(b))) })
	pairs := make(map[pair]rune, len(composed))
	for _, r := range composed {
		parts := parts.of(r)
		first, last := parts[0].r, len(parts)-1
		for _, part := range parts[1:last] {
			first = pairs[pair{first, part.r}]
		}
		pairs[pair{first, parts[last].r}] = r
	}
	return pairs
})

// composer composes what a decomposer emits. The change of a composed character
// is one less than the sum of those of its parts.
type composer struct {
	pairs map[pair]rune
	emit  func(r rune, change int)

	open      bool // there is a character that marks may join
	base      rune
	change    int
	waiting   []mark // those that did not join it
	lastClass uint8  // of the last of them
}

// write takes the next character.
func (c *composer) write(r rune, change int, class uint8) {
	if !c.open {
		if class != 0 {
			c.emit(r, change)
			return
		}
		c.open, c.base, c.change = true, r, change
		return
	}
	// A character of the class of one that waits, or a lower one, is kept away
	// from the base by it.
	if len(c.waiting) == 0 || c.lastClass < class {
		if composed, ok := c.compose(r); ok {
			c.base = composed
			c.change += change - 1
			return
		}
	}
	if class == 0 {
		c.flush()
		c.open, c.base, c.change = true, r, change
		return
	}
	c.waiting = append(c.waiting, mark{r, int8(change), class})
	c.lastClass = class
}

// flush emits what is there.
func (c *composer) flush() {
	if !c.open {
		return
	}
	c.emit(c.base, c.change)
	for _, m := range c.waiting {
		c.emit(m.r, int(m.change))
	}
	c.waiting = c.waiting[:0]
	c.open = false
}

func (c *composer) compose(second rune) (rune, bool) {
	if second < utf8.RuneSelf {
		return 0, false
	}
	if l, v := c.base-lBase, second-vBase; 0 <= l && l < lCount && 0 <= v && v < vCount {
		return sBase + l*nCount + v*tCount, true
	}
	if s, t := c.base-sBase, second-tBase; 0 <= s && s < sCount && s%tCount == 0 && 0 < t && t < tCount {
		return c.base + t, true
	}
	composed, ok := c.pairs[pair{c.base, second}]
	return composed, ok
}
