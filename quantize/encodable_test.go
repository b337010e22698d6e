package quantize

import (
	"testing"
)

func TestCanEncode(t *testing.T) {
	for _, typ := range Types() {
		if got, want := typ.CanEncode(), codecOf(typ).encode != nil; got != want {
			t.Errorf("%v.CanEncode() = %t, but there is an encoder: %t", typ, got, want)
		}
	}
	if Type(4).CanEncode() {
		t.Error("a removed type can be encoded")
	}
}
