package weights

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Spans come in order, do not overlap, begin and end with rows or within one at a
// block, and are as many values as asked for, or all of them.
func TestSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.SampledFrom([]int64{1, 32, 128, 256}).Draw(t, "block")
		row := block * rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, 1<<20)).Draw(t, "blocks")
		rows := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, 1<<30)).Draw(t, "rows")
		v := &tensor{row: row, values: row * rows, blockValues: block}
		want := rapid.Int64Range(1, 1<<20).Draw(t, "values")
		if rapid.Bool().Draw(t, "whole") && v.values < 1<<32 {
			want = v.values
		}
		spans, err := v.spans(want)
		if err != nil {
			t.Fatal(err)
		}
		var sum, behind int64
		for s := range spans {
			if s.from < behind || s.values <= 0 || s.values > chunkValues || s.from+s.values > v.values {
				t.Fatalf("%d values from %d, behind %d, of %d", s.values, s.from, behind, v.values)
			}
			whole := s.from%row == 0 && s.values%row == 0
			within := s.from/row == (s.from+s.values-1)/row && s.from%block == 0 && s.values%block == 0
			if !whole && !within {
				t.Fatalf("%d values from %d, with rows of %d in blocks of %d", s.values, s.from, row, block)
			}
			behind = s.from + s.values
			sum += s.values
		}
		// Cells at the end of a row may be smaller than the others.
		if least := min(want, v.values); sum > max(want, sampleValues) || want >= v.values && sum != v.values || sum == 0 || row%sampleValues == 0 && sum < least-sampleValues {
			t.Fatalf("%d of %d values, asked for %d", sum, v.values, want)
		}
		again, err := v.spans(want)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(slices.Collect(again), slices.Collect(spans)) {
			t.Fatal("other spans the second time")
		}
	})
}

// A sample comes from everywhere.
func TestSpansSpread(t *testing.T) {
	v := &tensor{row: 4096, values: 4096 * 100_000, blockValues: 256}
	spans, err := v.spans(100 * sampleValues)
	if err != nil {
		t.Fatal(err)
	}
	i, residues := int64(0), map[int64]bool{}
	for s := range spans {
		if part := v.values / 100; s.from < i*part || s.from >= (i+1)*part {
			t.Errorf("span %d begins at %d of %d", i, s.from, v.values)
		}
		residues[s.from/v.row%64] = true
		i++
	}
	if i != 100 || len(residues) < 40 {
		t.Errorf("%d spans, in %d of 64 rows of a head", i, len(residues))
	}
}
