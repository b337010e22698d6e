package quantize

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"pgregory.net/rapid"
)

// drawBlock draws a block of a type: what an encoder makes, or any bytes.
func drawBlock(t *rapid.T, typ Type) []byte {
	if typ.CanEncode() && rapid.Bool().Draw(t, "encoded") {
		x, importance := drawRows(t, typ, 1, typ.BlockSize())
		block, err := AppendEncode(nil, typ, x, Options{Importance: importance})
		if err != nil {
			t.Fatal(err)
		}
		return block
	}
	block := make([]byte, typ.BlockBytes())
	for i := 0; i < len(block); i += 8 {
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], rapid.Uint64().Draw(t, "bytes"))
		copy(block[i:], word[:])
	}
	return block
}

// eachType runs a check on blocks of each type.
func eachType(t *testing.T, check func(t *rapid.T, typ Type, block []byte, a *Anatomy)) {
	for _, typ := range Types() {
		t.Run(typ.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				block := drawBlock(t, typ)
				a, err := Dissect(typ, block)
				if err != nil {
					t.Fatal(err)
				}
				check(t, typ, block, a)
			})
		})
	}
}

// What the formula makes of the parts is what Decode makes of the block, bit for
// bit, and so is what scale, level and min make.
func TestAnatomyExplainsWeights(t *testing.T) {
	eachType(t, func(t *rapid.T, typ Type, block []byte, a *Anatomy) { checkExplanation(t, typ, block, a) })
}

func TestAnatomyOfGolden(t *testing.T) {
	vectors, err := golden.Read("..", golden.Small)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		typ, err := ParseType(v.Type)
		if err != nil {
			t.Fatal(err)
		}
		size := typ.BlockBytes()
		for at := 0; at < len(v.Bytes); at += size {
			block := v.Bytes[at:][:size]
			a, err := Dissect(typ, block)
			if err != nil {
				t.Fatal(err)
			}
			checkExplanation(t, typ, block, a)
		}
	}
}

func checkExplanation(t rapid.TB, typ Type, block []byte, a *Anatomy) {
	t.Helper()
	want, err := AppendDecode(nil, typ, block)
	if err != nil {
		t.Fatal(err)
	}
	formula := parseFormula(t, a.Formula)
	for i, w := range want {
		e := formulaTerms{typ: typ, anatomy: a, weight: i}
		if got := float32(e.value(t, formula)); !sameNumber(got, w) {
			t.Fatalf("%v: weight %d: %s is %v, want %v", typ, i, a.Formula, got, w)
		}
		j := i / a.SubBlock
		got := float32(a.Scales[j] * a.Levels[i])
		if a.Mins != nil {
			got -= float32(a.Mins[j])
		}
		if !sameNumber(got, w) {
			t.Fatalf("%v: weight %d: scale %v and level %v make %v, want %v", typ, i, a.Scales[j], a.Levels[i], got, w)
		}
		if !sameNumber(a.Weights[i], w) {
			t.Fatalf("%v: weight %d is %v, want %v", typ, i, a.Weights[i], w)
		}
	}
}

// sameNumber reports whether two values have the same bits or are both NaN.
func sameNumber(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// The bits at the spans are those of the parts, every bit belongs to a part, and
// the fields are whole: they cover all weights.
func TestAnatomyCoversBlock(t *testing.T) {
	eachType(t, func(t *rapid.T, typ Type, block []byte, a *Anatomy) {
		number := littleEndian(block)
		claimed := make([]bool, 8*len(block))
		for _, f := range a.Fields {
			if n := len(f.Bits); n != len(f.Values) || n != len(f.Spans) || n*f.Each != typ.BlockSize() {
				t.Fatalf("%s: %d bits, %d values and %d spans of %d weights each", f.Name, n, len(f.Values), len(f.Spans), f.Each)
			}
			for i, spans := range f.Spans {
				bits, n := new(big.Int), uint(0)
				for _, s := range spans {
					piece := new(big.Int).Rsh(number, uint(s.Bit))
					piece.And(piece, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(s.Width)), big.NewInt(1)))
					bits.Or(bits, piece.Lsh(piece, n))
					n += uint(s.Width)
					for b := s.Bit; b < s.Bit+s.Width; b++ {
						if claimed[b] && f.Kind != "trit" {
							t.Fatalf("%s %d: bit %d belongs to another part too", f.Name, i, b)
						}
						claimed[b] = true
					}
				}
				if bits.Cmp(new(big.Int).SetUint64(f.Bits[i])) != 0 {
					t.Fatalf("%s %d: bits %#x, but those at %v are %#x", f.Name, i, f.Bits[i], spans, bits)
				}
			}
		}
		if b := slices.Index(claimed, false); b >= 0 {
			t.Fatalf("bit %d belongs to no part", b)
		}
	})
}

// littleEndian returns the block as one number.
func littleEndian(block []byte) *big.Int {
	b := slices.Clone(block)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// A bit changes the parts that claim it, no other, and no weight that those parts
// are not about.
func TestAnatomyFollowsBits(t *testing.T) {
	eachType(t, func(t *rapid.T, typ Type, block []byte, before *Anatomy) {
		bit := rapid.IntRange(0, 8*len(block)-1).Draw(t, "bit")
		block[bit/8] ^= 1 << (bit % 8)
		after, err := Dissect(typ, block)
		if err != nil {
			t.Fatal(err)
		}
		about := make([]bool, typ.BlockSize())
		for k, f := range before.Fields {
			for i, spans := range f.Spans {
				claims := slices.ContainsFunc(spans, func(s Span) bool { return s.Bit <= bit && bit < s.Bit+s.Width })
				if changed := after.Fields[k].Bits[i] != f.Bits[i]; changed != claims {
					t.Fatalf("%s %d at %v: changed by bit %d: %v", f.Name, i, spans, bit, changed)
				}
				for w := i * f.Each; claims && w < (i+1)*f.Each; w++ {
					about[w] = true
				}
			}
		}
		for i, w := range after.Weights {
			if !about[i] && !sameNumber(w, before.Weights[i]) {
				t.Fatalf("bit %d changes weight %d, which none of its parts is about", bit, i)
			}
		}
	})
}

// What bits mean, by the standards' own words.
func TestAnatomyValues(t *testing.T) {
	for _, c := range []struct {
		typ   Type
		field string
		part  int
		bytes map[int]byte
		want  float64
	}{
		{F16, "value", 0, map[int]byte{1: 0xC0}, -2},
		{BF16, "value", 0, map[int]byte{0: 0x80, 1: 0x3F}, 1},
		{F64, "value", 0, map[int]byte{7: 0x3F, 6: 0xF0}, 1},
		{I8, "value", 0, map[int]byte{0: 0xFF}, -1},
		{I16, "value", 0, map[int]byte{0: 0xFE, 1: 0xFF}, -2},
		{I32, "value", 0, map[int]byte{3: 0x80}, -1 << 31},
		{I64, "value", 0, map[int]byte{7: 0x80}, -1 << 63},
		{I64, "value", 0, map[int]byte{7: 0x10, 4: 0x10, 0: 1}, 1<<60 + 1<<37}, // above the middle by one
		{Q8_0, "quant", 31, map[int]byte{33: 0x80}, -128},
		{Q8_K, "sum", 15, map[int]byte{290: 0x00, 291: 0x80}, -1 << 15},
		{Q4_K, "scale", 5, map[int]byte{13: 0x0A, 5: 0xC0}, 58},
		{Q4_K, "min", 7, map[int]byte{15: 0x50, 11: 0x40}, 21},
		{Q6_K, "scale", 1, map[int]byte{193: 0xFF}, -1},
		{IQ2_XXS, "signs", 0, map[int]byte{6: 0x01}, 0x81},
		{IQ2_S, "signs", 0, map[int]byte{34: 0x01}, 0x01},
		{IQ1_S, "shift", 7, map[int]byte{49: 0x80}, -0.125},
		{IQ1_S, "shift", 7, nil, 0.125},
		{IQ1_M, "d", 0, map[int]byte{53: 0xC0, 55: 0x30}, 1},
		{MXFP4, "d", 0, map[int]byte{0: 0}, 0x1p-127},
		{MXFP4, "d", 0, map[int]byte{0: 127}, 1},
		{MXFP4, "d", 0, map[int]byte{0: 255}, 0x1p128},
		{NVFP4, "d", 3, map[int]byte{3: 0x38}, 1},
		{NVFP4, "d", 3, map[int]byte{3: 0x7E}, 448},
		{Q1_0, "sign", 9, map[int]byte{3: 0x02}, 1},
		{Q1_0, "sign", 8, map[int]byte{3: 0x02}, -1},
		{TQ1_0, "quant", 255, map[int]byte{51: 0xFF}, 2},
	} {
		block := make([]byte, c.typ.BlockBytes())
		for at, b := range c.bytes {
			block[at] = b
		}
		a, err := Dissect(c.typ, block)
		if err != nil {
			t.Fatal(err)
		}
		if got := fieldOf(t, a, c.field).Values[c.part]; got != c.want {
			t.Errorf("%v with %v: %s %d is %v, want %v", c.typ, c.bytes, c.field, c.part, got, c.want)
		}
	}
}

func fieldOf(t rapid.TB, a *Anatomy, name string) *Field {
	t.Helper()
	i := slices.IndexFunc(a.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no field %s", name)
	}
	return &a.Fields[i]
}

// The quants of the anatomy are what the fields store; only the lattice types have
// digits instead.
func TestAnatomyQuants(t *testing.T) {
	eachType(t, func(t *rapid.T, typ Type, _ []byte, a *Anatomy) {
		if typ.BlockSize() == 1 {
			if a.Quants != nil {
				t.Fatalf("quants %v of a plain number", a.Quants)
			}
			return
		}
		if len(a.Quants) != typ.BlockSize() || len(a.Levels) != typ.BlockSize() {
			t.Fatalf("%d quants and %d levels", len(a.Quants), len(a.Levels))
		}
		for _, f := range a.Fields {
			switch f.Name {
			case "quant":
				for i, v := range f.Values {
					if float64(a.Quants[i]) != v {
						t.Fatalf("quant %d is %d, the field has %v", i, a.Quants[i], v)
					}
				}
			case "sign":
				for i, bit := range f.Bits {
					if uint64(a.Quants[i]) != bit {
						t.Fatalf("quant %d is %d, the field has %v", i, a.Quants[i], bit)
					}
				}
			case "index":
				for i, q := range a.Quants {
					if want := testGrids[typ].digit(f.Bits[i/f.Each], i); uint16(q) != want {
						t.Fatalf("digit %d is %d, want %d", i, q, want)
					}
				}
			}
		}
	})
}

func TestDissectErrors(t *testing.T) {
	for _, c := range []struct {
		typ   Type
		size  int
		want  error
		words string
	}{
		{4, 0, ErrUnsupported, "type(4)"},
		{Q4_K, 143, ErrShape, "q4_K: a block takes 144 bytes, not 143"},
		{Q4_K, 288, ErrShape, "not 288"},
		{F32, 0, ErrShape, "a block takes 4 bytes, not 0"},
	} {
		a, err := Dissect(c.typ, make([]byte, c.size))
		if a != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v, %d bytes: error %q, want %q with %q", c.typ, c.size, err, c.want, c.words)
		}
	}
}

// The JSON is what the tags say, whatever the numbers, and reads back as it was.
func TestAnatomyJSON(t *testing.T) {
	types := Types()
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		a, err := Dissect(typ, drawBlock(t, typ))
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(strings.NewReader(string(data)))
		dec.DisallowUnknownFields()
		var got Anatomy
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		want := *a // null is read as 0
		want.Fields = slices.Clone(want.Fields)
		for i := range want.Fields {
			want.Fields[i].Values = withoutNonFinite(want.Fields[i].Values)
		}
		want.Scales, want.Mins = withoutNonFinite(want.Scales), withoutNonFinite(want.Mins)
		want.Levels, want.Weights = withoutNonFinite(want.Levels), withoutNonFinite(want.Weights)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("read back\n%+v\nwant\n%+v", got, want)
		}
	})
}

func withoutNonFinite[F float32 | float64](x []F) []F {
	x = slices.Clone(x)
	for i, f := range x {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			x[i] = 0
		}
	}
	return x
}

func TestAnatomyJSONOfNonFinite(t *testing.T) {
	block := make([]byte, Q4_1.BlockBytes())
	block[1], block[3] = 0x7C, 0x7E // infinity and NaN
	a, err := Dissect(Q4_1, block)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{`"scales":[null]`, `"mins":[null]`, `"weights":[null,`, `"bits":[31744],"values":[null]`} {
		if !strings.Contains(string(data), words) {
			t.Errorf("no %s in %s", words, data)
		}
	}
}

// FuzzDissect takes any bytes apart as any type. Whatever they are, a block has an
// anatomy that explains its weights.
func FuzzDissect(f *testing.F) {
	for _, typ := range Types() {
		block := make([]byte, typ.BlockBytes())
		for i := range block {
			block[i] = byte(i*73 + int(typ))
		}
		f.Add(uint32(typ), block)
	}
	f.Fuzz(func(t *testing.T, id uint32, block []byte) {
		typ := Type(id)
		a, err := Dissect(typ, block)
		switch {
		case !typ.Valid():
			if !errors.Is(err, ErrUnsupported) {
				t.Fatalf("error %v, want ErrUnsupported", err)
			}
		case len(block) != typ.BlockBytes():
			if !errors.Is(err, ErrShape) {
				t.Fatalf("error %v, want ErrShape", err)
			}
		case err != nil:
			t.Fatal(err)
		default:
			checkExplanation(t, typ, block, a)
			if data, err := json.Marshal(a); err != nil || !json.Valid(data) {
				t.Fatalf("JSON: %v", err)
			}
		}
	})
}
