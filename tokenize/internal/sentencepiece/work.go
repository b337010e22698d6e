package sentencepiece

import (
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/unigram"
)

// work is a text being encoded, and the memory for that.
type work struct {
	model  *Model
	normal []byte
	places []uint32 // of normal, if aligned: see Normalizer.AppendAligned

	// What is wanted: ids, or tokens if aligned, or texts, or a count alone.
	ids       []uint32
	tokens    []model.Token
	texts     *[]string
	count     int
	aligned   bool
	countOnly bool

	at        int  // where in normal the next segment starts
	inUnknown bool // the last segment was unknown

	search unigram.Search[float32]
	merger merger
	text   string   // normal again, or empty
	span   []uint32 // ids of a span
}

func (w *work) size() int {
	return cap(w.normal) + 4*cap(w.places) + w.search.Size() + w.merger.size() + 4*cap(w.span)
}

// run encodes text.
func (w *work) run(text string) (err error) {
	w.at, w.inUnknown, w.count, w.text = 0, false, 0, ""
	n := w.model.normalizer
	if w.aligned {
		w.normal, w.places, err = n.AppendAligned(w.normal[:0], w.places[:0], text)
	} else {
		w.normal, err = n.Append(w.normal[:0], text)
	}
	if err != nil || len(w.normal) == 0 {
		return err
	}
	return w.model.segmenter.segment(w)
}

// put takes the next segment: from where the last one ended to end.
func (w *work) put(id int32, end int) {
	start := w.at
	w.at = end
	if id != unknownID {
		w.inUnknown = false
		w.add(id, start, end)
		return
	}
	if w.model.byteFallback {
		for i := start; i < end-1; i++ {
			w.add(w.model.bytes[w.normal[i]], start, start)
		}
		w.add(w.model.bytes[w.normal[end-1]], start, end)
		return
	}
	if w.inUnknown {
		w.extend(start, end)
		return
	}
	w.inUnknown = true
	w.add(w.model.unknown, start, end)
}

// add adds a piece that stands for normal[start:end].
func (w *work) add(id int32, start, end int) {
	w.count++
	switch {
	case w.countOnly:
	case w.aligned:
		w.tokens = append(w.tokens, model.Token{ID: uint32(id), Start: int(w.places[start]), End: int(w.places[end])})
	case w.texts != nil:
		text := w.model.pieces[id].Text
		if id == w.model.unknown {
			text = string(w.normal[start:end])
		}
		*w.texts = append(*w.texts, text)
	default:
		w.ids = append(w.ids, uint32(id))
	}
}

// extend adds normal[start:end] to the unknown piece before it.
func (w *work) extend(start, end int) {
	switch {
	case w.aligned:
		w.tokens[len(w.tokens)-1].End = int(w.places[end])
	case w.texts != nil:
		(*w.texts)[len(*w.texts)-1] += string(w.normal[start:end])
	}
}
