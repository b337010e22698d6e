package host

import (
	"slices"
	"strings"
	"testing"
)

// otherVersion returns a module that has all that a guest exports, and another
// version.
func otherVersion() []byte {
	section := func(id byte, content ...byte) []byte { return append([]byte{id, byte(len(content))}, content...) }
	exports := []byte{8}
	for _, e := range []struct {
		name        string
		kind, index byte
	}{
		{"memory", 2, 0}, {"_initialize", 0, 0}, {"nibble_abi", 0, 1}, {"nibble_request", 0, 1}, {"nibble_call", 0, 1},
		{"nibble_reply_address", 0, 1}, {"nibble_reply_length", 0, 1}, {"nibble_collect", 0, 0},
	} {
		exports = append(exports, byte(len(e.name)))
		exports = append(append(exports, e.name...), e.kind, e.index)
	}
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"),
		section(1, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f), // types: nothing to nothing, nothing to i32
		section(3, 2, 0, 1),                         // a function of each
		section(5, 1, 0, 1),
		[]byte{7, byte(len(exports)) | 0x80, byte(len(exports) >> 7)}, exports,
		section(10, 2, 2, 0, 0x0b, 4, 0, 0x41, 1, 0x0b)) // the second one returns 1
}

func TestOtherVersion(t *testing.T) {
	m, err := Compile(t.Context(), otherVersion(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(t.Context())
	if _, err := m.NewGuest(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "of another version of nibble") {
		t.Errorf("a module of another version: %v", err)
	}
}
