package normalize

import (
	"math"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A placer appends characters to a text and finds which byte of the source each
// one's span is that of. It goes by number: each character of the source brings
// one place; a change of 0 takes it, one of 1 takes none and has that of the
// character before, one of -n takes n more. So where marks change places, spans
// do not.
type placer struct {
	b       *text.Builder
	tracked bool  // places matter
	front   int   // from here on they do not
	places  []int // of characters read, those from head on not yet taken
	head    int
	last    int // the place taken last
}

// newPlacer returns a placer for t, which appends to b.
func newPlacer(t text.Text, b *text.Builder) *placer {
	w := &placer{b: b, tracked: true, front: math.MaxInt, last: -1}
	if !t.IsTracked() {
		w.front = t.Front()
	}
	return w
}

// read takes note of the place of the next character of the source.
func (w *placer) read(place int) {
	if !w.tracked {
		return
	}
	if w.head == len(w.places) {
		w.places, w.head = w.places[:0], 0
	}
	w.places = append(w.places, place)
}

// take returns the place for a character of that change.
func (w *placer) take(change int) int {
	if !w.tracked || change > 0 {
		return w.last
	}
	at := w.places[w.head]
	w.head += 1 - change
	w.last = w.places[w.head-1]
	w.tracked = at < w.front
	return at
}

// put appends r.
func (w *placer) put(r rune, change int) { w.b.PutRune(r, w.take(change)) }

// write is put for a decomposer.
func (w *placer) write(r rune, change int, _ uint8) { w.put(r, change) }
