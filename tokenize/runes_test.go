package tokenize

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestToRunes(t *testing.T) {
	const s = "aé👩x\xffy" // bytes 0, 1-2, 3-6, 7, 8, 9
	spans := []Span{{0, 1}, {1, 3}, {3, 4}, {4, 5}, {4, 7}, {7, 8}, {8, 9}, {9, 10}, {10, 10}, {0, 10}}
	want := []Span{{0, 1}, {1, 2}, {2, 3}, {2, 3}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 6}, {0, 6}}
	toRunes(spans, s)
	if !reflect.DeepEqual(spans, want) {
		t.Errorf("got %v, want %v", spans, want)
	}
}

// Characters that several tokens share do not make it start over.
func TestToRunesIsLinear(t *testing.T) {
	s := strings.Repeat("🦊", 1<<18)
	spans := make([]Span, 0, len(s))
	for i := 0; i < len(s); i += 4 {
		for range 4 {
			spans = append(spans, Span{i, i + 4})
		}
	}
	start := time.Now()
	toRunes(spans, s)
	if elapsed := time.Since(start); elapsed > 5*time.Second {
		t.Errorf("took %v", elapsed)
	}
	if last := spans[len(spans)-1]; last != (Span{1<<18 - 1, 1 << 18}) {
		t.Errorf("the last span is %v", last)
	}
}
