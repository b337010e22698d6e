package quantize

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
)

func TestEncodeErrors(t *testing.T) {
	weights := func(n int, last float32) []float32 {
		w := make([]float32, n)
		w[n-1] = last
		return w
	}
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name  string
		typ   Type
		size  int // of the destination
		n     int
		opts  Options
		want  error
		words string
	}{
		{"not a type", 4, 0, 0, Options{}, ErrUnsupported, "type(4)"},
		{"part of a block", Q4_0, 18, 33, Options{}, ErrShape, "33 values are not a whole number of blocks of 32"},
		{"small destination", Q4_0, 17, 32, Options{}, ErrShape, "32 values take 18 bytes, the destination has 17"},
		{"large destination", Q4_0, 19, 32, Options{}, ErrShape, "the destination has 19"},
		{"columns are part of a block", Q4_0, 36, 64, Options{Columns: 16}, ErrShape, "rows of 16 values"},
		{"negative columns", Q4_0, 36, 64, Options{Columns: -32}, ErrShape, "rows of -32 values"},
		{"part of a row", Q4_0, 54, 96, Options{Columns: 64}, ErrShape, "96 values are not a whole number of rows of 64"},
		{"too few weights", Q4_0, 36, 64, Options{Columns: 64, Importance: weights(32, 0)}, ErrImportance, "32 weights for rows of 64 values"},
		{"no weights but not nil", Q4_0, 36, 64, Options{Importance: []float32{}}, ErrImportance, "0 weights"},
		{"weights where they are ignored", Q8_0, 34, 32, Options{Importance: weights(31, 1)}, ErrImportance, "31 weights"},
		{"NaN weight", Q4_0, 18, 32, Options{Importance: weights(32, nan)}, ErrImportance, "column 31 is NaN"},
		{"infinite weight", Q4_0, 18, 32, Options{Importance: weights(32, inf)}, ErrImportance, "column 31 is +Inf"},
		{"negative weight", Q4_0, 18, 32, Options{Importance: weights(32, -0.5)}, ErrImportance, "column 31 is -0.5"},
		{"weights are needed", IQ2_XXS, 66, 256, Options{}, ErrImportance, "cannot be encoded without"},
		{"weights are needed in any case", IQ1_S, 0, 0, Options{}, ErrImportance, "cannot be encoded without"},
		{"activations", Q8_K, 292, 256, Options{}, ErrUnsupported, "activations"},
		{"plain integers", I32, 4, 1, Options{}, ErrUnsupported, "decoding only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Encode(make([]byte, c.size), c.typ, make([]float32, c.n), c.opts)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %q, want %q with %q", err, c.want, c.words)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		typ   Type
		n     int // values in the destination
		size  int
		want  error
		words string
	}{
		{"not a type", 4, 0, 0, ErrUnsupported, "type(4)"},
		{"part of a block", Q4_K, 256, 143, ErrShape, "143 bytes are not a whole number of blocks of 144"},
		{"small destination", Q4_K, 255, 144, ErrShape, "144 bytes hold 256 values, the destination has room for 255"},
		{"large destination", Q4_K, 512, 144, ErrShape, "room for 512"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Decode(make([]float32, c.n), c.typ, make([]byte, c.size))
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %q, want %q with %q", err, c.want, c.words)
			}
		})
	}
}

// Zero weights are weights: a row of them is encoded, to finite values.
func TestZeroImportance(t *testing.T) {
	x := golden.Input("bell", 3, 512)
	for _, typ := range Types() {
		if !typ.CanEncode() {
			continue
		}
		encoded, err := AppendEncode(nil, typ, x, Options{Columns: 256, Importance: make([]float32, 256)})
		if err != nil {
			t.Errorf("%v: %v", typ, err)
			continue
		}
		decoded, err := AppendDecode(nil, typ, encoded)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range decoded {
			if !finite(f) {
				t.Errorf("%v: value %d is %v", typ, i, f)
				break
			}
		}
	}
}

func TestAppend(t *testing.T) {
	x := golden.Input("bell", 1, 512)
	want, err := AppendEncode(nil, Q5_K, x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := AppendEncode([]byte("head"), Q5_K, x, Options{})
	if err != nil || !bytes.Equal(got, append([]byte("head"), want...)) {
		t.Errorf("AppendEncode does not append: error %v", err)
	}
	values, err := AppendDecode([]float32{1, 2}, Q5_K, want)
	if err != nil || len(values) != 2+len(x) || values[0] != 1 || values[1] != 2 {
		t.Errorf("AppendDecode does not append: %d values, error %v", len(values), err)
	}

	if got, err := AppendEncode([]byte("head"), IQ1_S, x, Options{}); err == nil || string(got) != "head" {
		t.Errorf("after an error AppendEncode returns %q, %v", got, err)
	}
	if got, err := AppendDecode([]float32{1}, Q5_K, want[1:]); err == nil || len(got) != 1 {
		t.Errorf("after an error AppendDecode returns %v, %v", got, err)
	}
}

// Every valid type decodes, and says the same about encoding as CanEncode.
func TestCodecs(t *testing.T) {
	for _, typ := range Types() {
		c := codecOf(typ)
		if c.decode == nil {
			t.Errorf("%v: no decoder", typ)
		}
		if got := c.encode != nil; got != typ.CanEncode() {
			t.Errorf("%v: has an encoder: %v, CanEncode: %v", typ, got, typ.CanEncode())
		}
		if c.encode == nil && c.notEncoded == "" {
			t.Errorf("%v: does not say why it is not encoded", typ)
		}
		if err := Encode(nil, typ, nil, Options{Importance: []float32{}}); typ.CanEncode() && err != nil {
			t.Errorf("%v: nothing to encode: %v", typ, err)
		}
		if err := Decode(nil, typ, nil); err != nil {
			t.Errorf("%v: nothing to decode: %v", typ, err)
		}
	}
}

func TestDecodePlain(t *testing.T) {
	for _, c := range []struct {
		typ  Type
		src  []byte
		want float32
	}{
		{I8, []byte{0xFE}, -2},
		{I16, []byte{0xFE, 0xFF}, -2},
		{I32, []byte{1, 0, 0, 0x80}, -0x1p31},
		{I64, []byte{0, 0, 0, 0, 1, 0, 0, 0}, 0x1p32},
		{F64, []byte{0, 0, 0, 0, 0, 0, 0xF8, 0xBF}, -1.5},
		{F32, []byte{0, 0, 0xC0, 0xBF}, -1.5},
		{F16, []byte{0x00, 0xBE}, -1.5},
		{BF16, []byte{0xC0, 0xBF}, -1.5},
	} {
		var got [1]float32
		if err := Decode(got[:], c.typ, c.src); err != nil || got[0] != c.want {
			t.Errorf("%v: %v, error %v, want %v", c.typ, got[0], err, c.want)
		}
	}
}

// The two types of activations decode by their scale and quants alone.
func TestDecodeActivations(t *testing.T) {
	q81 := make([]byte, 36)
	q81[1] = 0x3C // 1.0 as F16
	q8k := make([]byte, 292)
	q8k[2], q8k[3] = 0x80, 0x3F // 1.0 as F32
	for _, quants := range [][]byte{q81[4:36], q8k[4:260]} {
		for i := range quants {
			quants[i] = byte(i - 128)
		}
	}
	for _, c := range []struct {
		typ Type
		src []byte
	}{{Q8_1, q81}, {Q8_K, q8k}} {
		values, err := AppendDecode(nil, c.typ, c.src)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range values {
			if f != float32(int8(i-128)) {
				t.Errorf("%v: value %d is %v", c.typ, i, f)
				break
			}
		}
	}
}

func TestEncodeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("enough")
	cancel(cause)
	x := make([]float32, 4*batchValues)
	dst := make([]byte, len(x)/32*34)
	for i := range dst {
		dst[i] = 0xAA
	}
	for _, workers := range []int{1, 4} {
		err := EncodeContext(ctx, dst, Q8_0, x, Options{Workers: workers})
		if !errors.Is(err, cause) {
			t.Errorf("%d workers: error %v, want the cause", workers, err)
		}
	}
	if dst[0] != 0xAA {
		t.Error("a cancelled call encoded")
	}
}

// In the goroutine that asks, nothing is allocated: who converts a file asks for every
// few rows of it.
func TestCodecsAllocateNothing(t *testing.T) {
	if underRace {
		t.Skip("under the race detector a sync.Pool forgets what it has, by chance: make test has no such detector")
	}
	x, importance := golden.Input("bell", 1, 9*256), golden.Importance(1, 256)
	clear(x[256:512]) // blocks without a scale go other ways
	for _, typ := range encodableTypes() {
		size, err := EncodedSize(typ, len(x))
		if err != nil {
			t.Fatal(err)
		}
		encoded, decoded := make([]byte, size), make([]float32, len(x))
		least := math.Inf(1)
		for range 3 { // a garbage collection empties the pool of the kernels
			least = min(least, testing.AllocsPerRun(5, func() {
				if err := Encode(encoded, typ, x, Options{Columns: 256, Importance: importance, Workers: 1}); err != nil {
					t.Fatal(err)
				}
				if err := Validate(typ, encoded); err != nil {
					t.Fatal(err)
				}
				if err := Decode(decoded, typ, encoded); err != nil {
					t.Fatal(err)
				}
			}))
		}
		if least > 0 {
			t.Errorf("%v: %v allocations", typ, least)
		}
	}
}
