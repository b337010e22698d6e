package main

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

const (
	// shownElements is how much of an array is shown.
	shownElements = 6
	// shownRunes is how much of a text is shown.
	shownRunes = 60
)

// newMetadataLine shows a key and its value, in full or shortened.
func newMetadataLine(key string, v gguf.Value, full bool) (metadataLine, error) {
	l := metadataLine{Key: key, Type: v.ElemType().String()}
	if v.Type() != gguf.TypeArray {
		l.Value, l.shown = showValue(v, full)
		return l, nil
	}
	n := v.Len()
	l.Count = &n
	head := v
	if !full {
		var err error
		if head, err = v.Head(shownElements); err != nil {
			return l, err
		}
	}
	elements, err := head.Elements()
	if err != nil {
		return l, err
	}
	values := make([]any, len(elements))
	shown := make([]string, len(elements))
	for i, e := range elements {
		values[i], shown[i] = showValue(e, full)
	}
	if len(elements) < n {
		shown = append(shown, "…")
	}
	l.Value, l.shown = values, "["+strings.Join(shown, ", ")+"]"
	return l, nil
}

// showValue returns a single value for JSON and for people.
func showValue(v gguf.Value, full bool) (inJSON any, shown string) {
	switch v.Type() {
	case gguf.TypeString:
		s, _ := v.Text()
		if full {
			return s, strconv.Quote(s)
		}
		return s, quoteShort(s, shownRunes)
	case gguf.TypeBool:
		b, _ := v.Bool()
		return b, v.String()
	case gguf.TypeFloat32, gguf.TypeFloat64:
		if x, _ := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, v.String() // JSON has no number for it
		}
	}
	return json.Number(v.String()), v.String()
}

// quoteShort quotes a text, cut to a number of characters.
func quoteShort(s string, most int) string {
	runes := 0
	for i := range s {
		if runes == most {
			return strconv.Quote(s[:i]) + "…"
		}
		runes++
	}
	return strconv.Quote(s)
}
