package bpe

import "strings"

// texts are the texts of tokens by id, in one block of memory.
type texts struct {
	bytes string
	ends  []uint32 // by id plus one; ends[0] is 0
}

func newTexts(tokens []string) texts {
	size := 0
	for _, token := range tokens {
		size += len(token)
	}
	var all strings.Builder
	all.Grow(size)
	ends := make([]uint32, len(tokens)+1)
	for i, token := range tokens {
		all.WriteString(token)
		ends[i+1] = uint32(all.Len())
	}
	return texts{all.String(), ends}
}

// count returns the number of ids.
func (t *texts) count() int { return len(t.ends) - 1 }

// at returns the text of a token.
func (t *texts) at(id uint32) string { return t.bytes[t.ends[id]:t.ends[id+1]] }

// size returns the bytes of the text of a token.
func (t *texts) size(id uint32) int { return int(t.ends[id+1] - t.ends[id]) }
