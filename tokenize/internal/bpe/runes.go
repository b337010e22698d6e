package bpe

import "math/bits"

// A runeTable finds the atoms of characters. A key is a character with a
// variant of it above the 21 bits that characters take.
type runeTable struct {
	slots []runeSlot // half full at most
	used  int
}

type runeSlot struct{ key, symbol uint32 } // key plus one; 0: free

// find returns the symbol of a key, or none.
func (t *runeTable) find(key uint32) uint32 {
	for i := runeHash(key); ; i++ {
		s := t.slots[i&uint32(len(t.slots)-1)]
		switch s.key {
		case key + 1:
			return s.symbol
		case 0:
			return none
		}
	}
}

// put sets the symbol of a key that has none.
func (t *runeTable) put(key, symbol uint32) {
	if 2*t.used >= len(t.slots) {
		t.grow()
	}
	t.used++
	i := runeHash(key)
	for t.slots[i&uint32(len(t.slots)-1)].key != 0 {
		i++
	}
	t.slots[i&uint32(len(t.slots)-1)] = runeSlot{key + 1, symbol}
}

func (t *runeTable) grow() {
	old := t.slots
	*t = runeTable{slots: make([]runeSlot, max(16, 2*len(old)))}
	for _, s := range old {
		if s.key != 0 {
			t.put(s.key-1, s.symbol)
		}
	}
}

// runeHash spreads keys: neighbours, which scripts consist of, lie apart.
func runeHash(key uint32) uint32 {
	return bits.ReverseBytes32(key * 0x9e3779b1)
}
