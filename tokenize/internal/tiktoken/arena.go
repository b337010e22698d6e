package tiktoken

import (
	"hash/maphash"
	"strings"
)

// An arena keeps the texts of tokens in large strings, so that a vocabulary is
// a few allocations and not one a token.
type arena struct {
	chunk strings.Builder
	space [maxTokenBytes + 3]byte // base64 is decoded by whole groups of three
}

const chunkBytes = 64 << 10

// decode returns what src, in base64, stands for.
func (a *arena) decode(src []byte) (string, error) {
	n, err := decodeBase64(a.space[:], src)
	if err != nil {
		return "", err
	}
	if a.chunk.Cap()-a.chunk.Len() < n {
		a.chunk = strings.Builder{}
		a.chunk.Grow(chunkBytes)
	}
	start := a.chunk.Len()
	a.chunk.Write(a.space[:n])
	return a.chunk.String()[start:], nil
}

// A tokenIndex finds tokens by their text: a hash table of indices into the
// list of tokens, with linear probing.
type tokenIndex struct {
	seed  maphash.Seed
	slots []int32 // index+1; 0: free; a power of two long and half full at most
}

// add appends token to tokens, unless it is there already.
func (x *tokenIndex) add(tokens *[]string, token string) bool {
	if 2*(len(*tokens)+1) > len(x.slots) {
		x.grow(*tokens)
	}
	slot := x.find(*tokens, token)
	if *slot != 0 {
		return false
	}
	*tokens = append(*tokens, token)
	*slot = int32(len(*tokens))
	return true
}

// find returns the slot of token, or the one to put it in.
func (x *tokenIndex) find(tokens []string, token string) *int32 {
	mask := uint64(len(x.slots) - 1)
	for h := maphash.String(x.seed, token); ; h++ {
		if slot := &x.slots[h&mask]; *slot == 0 || tokens[*slot-1] == token {
			return slot
		}
	}
}

func (x *tokenIndex) grow(tokens []string) {
	if x.slots == nil {
		x.seed = maphash.MakeSeed()
	}
	x.slots = make([]int32, max(1<<12, 4*len(x.slots)))
	for i, token := range tokens {
		*x.find(tokens, token) = int32(i + 1)
	}
}

// A bitset is a set of small numbers.
type bitset []uint64

// add adds n, unless it is there already.
func (b *bitset) add(n int) bool {
	for n/64 >= len(*b) {
		*b = append(*b, make([]uint64, max(64, len(*b)))...)
	}
	word, bit := &(*b)[n/64], uint64(1)<<(n%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}
