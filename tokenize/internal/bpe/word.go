package bpe

import "math/bits"

// A word is a piece on its way from atoms to tokens.
type word struct {
	syms  []uint32
	sized bool
	sizes []int // parallel to syms if sized: the bytes that each stands for

	unknown int      // bytes of unknown characters that are not in syms yet
	dead    []uint64 // for the walker: positions, a bit each

	out []uint32 // ids that are only counted

	heap heap
}

func (w *word) reset(sized bool) {
	w.syms, w.sizes, w.sized, w.unknown = w.syms[:0], w.sizes[:0], sized, 0
}

func (w *word) add(symbol uint32, size int) {
	w.syms = append(w.syms, symbol)
	if w.sized {
		w.sizes = append(w.sizes, size)
	}
}

// keep drops the symbols that were merged into those before them: all whose
// bit in left is not set.
func (w *word) keep(left uint64) {
	n := 0
	for rest := left; rest != 0; n++ {
		i := bits.TrailingZeros64(rest)
		rest &= rest - 1
		w.syms[n] = w.syms[i]
		if w.sized {
			end := len(w.sizes)
			if rest != 0 {
				end = bits.TrailingZeros64(rest)
			}
			w.sizes[n] = sum(w.sizes[i:end])
		}
	}
	w.truncate(n)
}

func (w *word) truncate(n int) {
	w.syms = w.syms[:n]
	if w.sized {
		w.sizes = w.sizes[:n]
	}
}

func sum(sizes []int) (total int) {
	for _, size := range sizes {
		total += size
	}
	return total
}
