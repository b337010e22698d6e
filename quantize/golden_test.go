package quantize

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"github.com/nibble-go/nibble/internal/half"
)

// TestGolden holds every encoder and decoder against the reference's bytes.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name, root, file string
		count            int
	}{
		{golden.Small, "..", golden.Small, 504},
		{golden.Large, "..", golden.Large, 84},
		{golden.Traps, "..", golden.Traps, 92},
		{"more of " + golden.Traps, ".", golden.Traps, 24},
	} {
		t.Run(c.name, func(t *testing.T) {
			vectors, err := golden.Read(c.root, c.file)
			if err != nil {
				t.Fatal(err)
			}
			if len(vectors) != c.count {
				t.Errorf("%d vectors, want %d", len(vectors), c.count)
			}
			for _, v := range vectors {
				t.Run(v.Name, func(t *testing.T) { testVector(t, v) })
			}
		})
	}
}

func testVector(t *testing.T, v golden.Vector) {
	typ, err := ParseType(v.Type)
	if err != nil {
		t.Fatal(err)
	}
	if v.InputSHA256 != "" && hashFloats(v.Input) != v.InputSHA256 {
		t.Fatal("the input is not what the vector was made from")
	}
	encoded, err := AppendEncode(nil, typ, v.Input, Options{Columns: v.Cols, Importance: v.Importance})
	if err != nil {
		t.Fatal(err)
	}
	compareBytes(t, typ, encoded, v)
	if v.DecodedSHA256 == "" {
		return
	}
	decoded, err := AppendDecode(nil, typ, encoded)
	if err != nil {
		t.Fatal(err)
	}
	if hashFloats(decoded) != v.DecodedSHA256 {
		t.Error("the decoded values differ")
	}
}

func compareBytes(t *testing.T, typ Type, got []byte, v golden.Vector) {
	t.Helper()
	if v.BytesSHA256 != "" && hash(got) == v.BytesSHA256 {
		return
	}
	if v.Bytes == nil {
		t.Fatal("the bytes differ")
	}
	if len(got) != len(v.Bytes) {
		t.Fatalf("%d bytes, want %d", len(got), len(v.Bytes))
	}
	for i := range got {
		if got[i] != v.Bytes[i] {
			t.Fatalf("block %d, byte %d: %#02x, want %#02x", i/typ.BlockBytes(), i%typ.BlockBytes(), got[i], v.Bytes[i])
		}
	}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func hashFloats(x []float32) string {
	b := make([]byte, 4*len(x))
	half.EncodeF32(b, x)
	return hash(b)
}
