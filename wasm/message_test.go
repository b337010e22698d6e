package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// TestMessages: the parts of a message are those that it was made of, and each
// starts where numbers are aligned.
func TestMessages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 1, 6).Draw(t, "parts")
		before := bytes.Repeat([]byte{7}, 8*rapid.IntRange(0, 2).Draw(t, "before"))
		message := AppendMessage(before, parts...)
		if !bytes.HasPrefix(message, before) {
			t.Fatal("what was there is gone")
		}
		message = message[len(before):]
		got, err := ParseMessage(message)
		if err != nil || len(got) != len(parts) {
			t.Fatalf("%d parts, want %d; %v", len(got), len(parts), err)
		}
		at := 4 + 4*len(parts)
		for i, part := range parts {
			at = (at + 7) / 8 * 8
			if !bytes.Equal(got[i], part) || !bytes.Equal(message[at:at+len(part)], part) || cap(got[i]) != len(part) {
				t.Fatalf("part %d is %x, want %x at %d", i, got[i], part, at)
			}
			at += len(part)
		}
		if len(message) != at {
			t.Fatalf("%d bytes, want %d", len(message), at)
		}
		if _, err := ParseMessage(message[:len(message)-1]); len(parts[len(parts)-1]) > 0 && !errors.Is(err, ErrMessage) {
			t.Fatalf("a cut message: %v", err)
		}
	})
}

func TestParseMessage(t *testing.T) {
	words := func(words ...uint32) (b []byte) {
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	for name, data := range map[string][]byte{
		"empty":              nil,
		"three bytes":        {1, 0, 0},
		"no parts":           words(0),
		"no lengths":         words(2, 0),
		"all parts":          words(1<<32 - 1),
		"too many parts":     append(words(MaxParts+1), make([]byte, 4*MaxParts+4)...),
		"no part":            words(1, 1),
		"huge part":          append(words(1, 1<<32-1), make([]byte, 64)...),
		"second part behind": append(words(2, 8, 1), make([]byte, 12)...),
	} {
		if parts, err := ParseMessage(data); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %d parts, %v", name, len(parts), err)
		}
	}
	if parts, err := ParseMessage(AppendMessage(nil, make([][]byte, MaxParts)...)); err != nil || len(parts) != MaxParts {
		t.Errorf("as many parts as there may be: %d, %v", len(parts), err)
	}
	parts, err := ParseMessage(append(words(2, 8, 1), make([]byte, 13)...))
	if err != nil || len(parts[0]) != 8 || len(parts[1]) != 1 {
		t.Errorf("%v, %v", parts, err)
	}
}

func FuzzParseMessage(f *testing.F) {
	f.Add(AppendMessage(nil, []byte("{}")))
	f.Add(AppendMessage(nil, []byte("{}"), nil, []byte("abcdefghi")))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := ParseMessage(data)
		if err != nil {
			return
		}
		again, err := ParseMessage(AppendMessage(nil, parts...))
		if err != nil || len(again) != len(parts) {
			t.Fatalf("%d parts, then %d; %v", len(parts), len(again), err)
		}
		for i := range parts {
			if !bytes.Equal(parts[i], again[i]) {
				t.Fatalf("part %d is %x, then %x", i, parts[i], again[i])
			}
		}
	})
}
