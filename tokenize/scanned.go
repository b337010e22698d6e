//go:build !nibbletext

package tokenize

import (
	"context"
	"strings"
)

// A text of parallelLeast bytes that a scanner splits is cut into chunks of
// about parallelChunk, which several goroutines encode.
//
// Where a piece ends follows from where it starts and the text behind it. So
// the pieces of a chunk are those of the whole text if the chunk starts where a
// piece of the chunk before it ends. Chunks start where that is likely; whether
// it is so is looked at, and a chunk that starts elsewhere is done again from
// where it should.
const (
	parallelChunk = 256 << 10
	parallelLeast = 2 * parallelChunk
)

// appendScanned appends the ids of normalized text by the short way.
func (p *pipeline) appendScanned(dst []uint32, s string, r request) ([]uint32, error) {
	if !p.parallel(s, r) {
		return p.bpe.AppendText(dst, s, p.scan)
	}
	chunks := cutChunks(s)
	results := make([]*[]uint32, len(chunks))
	err := p.inChunks(s, chunks, r, func(i, from, to int) (end int, err error) {
		if results[i] == nil {
			results[i] = idScratch.Get().(*[]uint32)
		}
		*results[i], end, err = p.appendScannedPieces((*results[i])[:0], s, from, to)
		return end, err
	})
	for _, ids := range results {
		if ids != nil {
			dst = append(dst, *ids...)
			idScratch.Put(ids)
		}
	}
	return dst, err
}

// parallel reports whether a text is worth several goroutines. Without a
// pre-tokenizer that splits it is one piece.
func (p *pipeline) parallel(s string, r request) bool {
	return len(s) >= parallelLeast && r.workers > 1 && p.family != "whole" && p.family != "spaces"
}

// countScanned returns how many ids appendScanned would append.
func (p *pipeline) countScanned(s string, r request) (int, error) {
	if !p.parallel(s, r) {
		return p.bpe.CountText(s, p.scan)
	}
	chunks := cutChunks(s)
	counts := make([]int, len(chunks))
	err := p.inChunks(s, chunks, r, func(i, from, to int) (end int, err error) {
		counts[i], end, err = p.countScannedPieces(s, from, to)
		return end, err
	})
	n := 0
	for _, k := range counts {
		n += k
	}
	return n, err
}

// appendScannedPieces appends the ids of the pieces of s that start between from and
// to, and returns where the last of them ends.
func (p *pipeline) appendScannedPieces(dst []uint32, s string, from, to int) ([]uint32, int, error) {
	var err error
	for from < to {
		end := p.scan(s, from)
		if dst, err = p.bpe.AppendRange(dst, s, from, end); err != nil {
			return dst, from, err
		}
		from = end
	}
	return dst, from, nil
}

// countScannedPieces is appendScannedPieces that only counts.
func (p *pipeline) countScannedPieces(s string, from, to int) (total, last int, err error) {
	for from < to {
		end := p.scan(s, from)
		n, err := p.bpe.CountRange(s, from, end)
		if err != nil {
			return total, from, err
		}
		total += n
		from = end
	}
	return total, from, nil
}

// inChunks calls encode with each chunk: with its index, where it starts and
// where the next one does. It returns where the last piece ends.
func (p *pipeline) inChunks(s string, starts []int, r request, encode func(i, from, to int) (end int, err error)) error {
	ends := make([]int, len(starts))
	next := func(i int) int {
		if i+1 < len(starts) {
			return starts[i+1]
		}
		return len(s)
	}
	err := inParallel(context.Background(), min(r.workers, len(starts)), len(starts), func(i int) (err error) {
		ends[i], err = encode(i, starts[i], next(i))
		return err
	})
	if err != nil {
		return err
	}
	at := 0
	for i, start := range starts {
		if start != at {
			if ends[i], err = encode(i, at, next(i)); err != nil {
				return err
			}
		}
		at = ends[i]
	}
	return nil
}

// cutChunks returns where the chunks of s start: behind a line end if there is
// one nearby, otherwise before a space, and never within a run of them, whose
// piece would be looked through by chunk after chunk.
func cutChunks(s string) []int {
	const near = 4 << 10
	starts := []int{0}
	for at := parallelChunk; at < len(s)-near; at += parallelChunk {
		if i := chunkStart(s[at : at+near]); i > 0 {
			starts = append(starts, at+i)
		}
	}
	return starts
}

// chunkStart returns where in a window a chunk may start, 0 if nowhere.
func chunkStart(window string) int {
	space := 0
	for i := 1; i+1 < len(window); i++ {
		switch {
		case isBlank(window[i-1]) || isBlank(window[i+1]):
		case window[i] == '\n':
			return i + 1
		case window[i] == ' ' && space == 0:
			space = i
		}
	}
	return space
}

func isBlank(b byte) bool { return strings.IndexByte(asciiSpace, b) >= 0 }
