package wasmpack

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, i := rapid.Uint32().Draw(t, "unsigned"), rapid.Int32().Draw(t, "signed")
		r := reader{data: appendInt(appendUint(nil, u), i)}
		if gotU, gotI := r.uint(), r.int(); gotU != u || gotI != i || r.err != nil || len(r.data) > 0 {
			t.Errorf("got %d and %d (%v, %d bytes remain), want %d and %d", gotU, gotI, r.err, len(r.data), u, i)
		}
	})
}

func TestNumbersOfTooManyBytes(t *testing.T) {
	for _, b := range []string{"\xff\xff\xff\xff\x10", "\x80\x80\x80\x80\x80\x00"} {
		r := reader{data: []byte(b)}
		if v := r.uint(); r.err == nil {
			t.Errorf("%x is read as %d", b, v)
		}
	}
	for _, b := range []string{"\xff\xff\xff\xff\x0f", "\x80\x80\x80\x80\x80\x00"} {
		r := reader{data: []byte(b)}
		if v := r.int(); r.err == nil {
			t.Errorf("%x is read as %d, signed", b, v)
		}
	}
}
