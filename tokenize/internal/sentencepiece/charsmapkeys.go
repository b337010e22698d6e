package sentencepiece

import (
	"strconv"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// maxKey bounds the size of keys: a search takes as many steps at each
// character. Those of NFKC have up to 12 bytes.
const maxKey = 256

// checkKeys finds keys that are too long, or without end, as units may lead
// back to where a search came from. Several units may share their children.
func (m *charsmap) checkKeys() error {
	type visit struct {
		unit  uint32
		child int32 // the next one to look at, -1: none
		below int   // bytes of the longest way down that is known
	}
	first, next := m.children()
	start := func(unit uint32) visit { return visit{unit, first[unit^offset(m.units[unit])], 0} }
	done := make([]int16, len(m.units)) // 1 and the bytes of the longest way down; 0: not known
	for stack := []visit{start(0)}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if top.child < 0 {
			below := top.below + 1
			done[top.unit] = int16(below)
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				parent := &stack[len(stack)-1]
				parent.below = max(parent.below, below)
			}
			continue
		}
		child := uint32(top.child)
		top.child = next[child]
		if len(stack)+max(0, int(done[child])-1) > maxKey {
			return config.Unsupported("keys of more than " + strconv.Itoa(maxKey) + " bytes")
		}
		if done[child] > 0 {
			top.below = max(top.below, int(done[child]))
		} else {
			stack = append(stack, start(child))
		}
	}
	return nil
}

// insideKeys returns the bytes that keys have behind their first one.
func (m *charsmap) insideKeys() (inside [256]bool) {
	if m == nil {
		return inside
	}
	first, next := m.children()
	seen := make([]bool, len(m.units))
	for stack := []uint32{0}; len(stack) > 0; {
		unit := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for child := first[unit^offset(m.units[unit])]; child >= 0; child = next[child] {
			if unit != 0 {
				inside[m.units[child]&0xFF] = true
			}
			if !seen[child] {
				seen[child] = true
				stack = append(stack, uint32(child))
			}
		}
	}
	return inside
}

// children returns lists of the units that are found below others: the first
// one by what the index of the unit above gives with its offset, and the next
// ones by the one before. -1 ends a list.
func (m *charsmap) children() (first, next []int32) {
	first, next = make([]int32, len(m.units)), make([]int32, len(m.units))
	for i := range first {
		first[i] = -1
	}
	for i, unit := range m.units {
		if unit&valueBit == 0 {
			above := uint32(i) ^ unit&0xFF
			next[i], first[above] = first[above], int32(i)
		}
	}
	return first, next
}
