package quantize

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestValidateFields puts NaN and infinities into every field that must be
// finite, and near misses everywhere.
func TestValidateFields(t *testing.T) {
	const scales, mins = "scale of the scales", "scale of the mins"
	f16 := []struct {
		typ    Type
		offset int
		field  string
	}{
		{F16, 0, ""},
		{Q4_0, 0, "scale"}, {Q4_1, 0, "scale"}, {Q4_1, 2, "min"}, {Q5_0, 0, "scale"}, {Q5_1, 0, "scale"}, {Q5_1, 2, "min"},
		{Q8_0, 0, "scale"}, {Q2_K, 80, scales}, {Q2_K, 82, mins}, {Q3_K, 108, scales}, {Q4_K, 0, scales}, {Q4_K, 2, mins},
		{Q5_K, 0, scales}, {Q5_K, 2, mins}, {Q6_K, 208, scales},
		{IQ1_S, 0, "scale"}, {IQ2_XXS, 0, "scale"}, {IQ2_XS, 0, "scale"}, {IQ2_S, 0, "scale"}, {IQ3_XXS, 0, "scale"},
		{IQ3_S, 0, "scale"}, {IQ4_NL, 0, "scale"}, {IQ4_XS, 0, "scale"},
		{TQ1_0, 52, "scale"}, {TQ2_0, 64, "scale"}, {Q1_0, 0, "scale"}, {Q2_0, 0, "scale"},
	}
	for _, test := range f16 {
		for h, value := range map[uint16]string{
			0x7C00: "an infinity", 0xFC00: "an infinity", 0x7C01: "NaN", 0xFFFF: "NaN", 0x7BFF: "", 0xFBFF: "", 0: "",
		} {
			checkField(t, test.typ, test.offset, []byte{byte(h), byte(h >> 8)}, test.field, value)
		}
	}
	for u, value := range map[uint32]string{
		0x7F800000: "an infinity", 0xFF800000: "an infinity", 0x7F800001: "NaN", 0xFFC00000: "NaN", 0x7F7FFFFF: "", 0x80000000: "",
	} {
		checkField(t, F32, 0, binary.LittleEndian.AppendUint32(nil, u), "", value)
		checkField(t, Q8_K, 0, binary.LittleEndian.AppendUint32(nil, u), "scale", value)
	}
	for b, value := range map[uint16]string{0x7F80: "an infinity", 0xFF80: "an infinity", 0x7F81: "NaN", 0xFFFF: "NaN", 0x7F7F: ""} {
		checkField(t, BF16, 0, []byte{byte(b), byte(b >> 8)}, "", value)
	}
	for f, value := range map[float64]string{
		math.Inf(1): "an infinity", -1e39: "an infinity", math.MaxFloat64: "an infinity", 3.4e38: "", math.SmallestNonzeroFloat64: "",
	} {
		checkField(t, F64, 0, binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)), "", value)
	}
	checkField(t, F64, 0, binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN())), "", "NaN")
	checkField(t, MXFP4, 0, []byte{255}, "scale", "NaN")
	checkField(t, MXFP4, 0, []byte{254}, "scale", "")
	// The four quarters of IQ1_M's scale, lowest first.
	checkField(t, IQ1_M, 49, []byte{0x00, 0, 0x00, 0, 0xC0, 0, 0x70}, "scale", "an infinity")
	checkField(t, IQ1_M, 49, []byte{0x10, 0, 0x00, 0, 0xC0, 0, 0x70}, "scale", "NaN")
	checkField(t, IQ1_M, 49, []byte{0xF0, 0, 0xF0, 0, 0xB0, 0, 0x70}, "scale", "")
}

// checkField puts field bytes into the third of four blocks of zeros. value is
// what the error must call them, empty if they are valid.
func checkField(t *testing.T, typ Type, offset int, field []byte, name, value string) {
	t.Helper()
	const block = 2
	data := make([]byte, 4*typ.BlockBytes())
	at := block*typ.BlockBytes() + offset
	copy(data[at:], field)
	err := Validate(typ, data)
	if value == "" {
		if err != nil {
			t.Errorf("%v: %s of %x: %v", typ, name, field, err)
		}
		return
	}
	want := InvalidError{Type: typ, Block: block, Byte: at, Field: name, Value: value}
	var got *InvalidError
	if !errors.Is(err, ErrInvalid) || !errors.As(err, &got) || *got != want {
		t.Errorf("%v: %s of %x: %v, want %v", typ, name, field, err, &want)
	}
}

func TestValidateErrors(t *testing.T) {
	for _, typ := range []Type{4, 31, 43, math.MaxUint32, Q8_1} {
		if err := Validate(typ, nil); !errors.Is(err, ErrUnsupported) {
			t.Errorf("type %d: %v, want ErrUnsupported", typ, err)
		}
	}
	if err := Validate(Q4_K, make([]byte, 145)); !errors.Is(err, ErrShape) {
		t.Errorf("part of a block: %v, want ErrShape", err)
	}
	err := Validate(Q4_K, append(make([]byte, 146), 0, 0x7C))
	if err != nil && errors.Is(err, ErrInvalid) {
		t.Errorf("part of a block was looked at: %v", err)
	}
	for want, err := range map[string]error{
		"f16: value 1 (byte 2) is NaN: invalid data":          Validate(F16, []byte{0, 0, 0, 0x7E}),
		"mxfp4: block 0 (byte 0): scale is NaN: invalid data": Validate(MXFP4, slices.Concat([]byte{255}, make([]byte, 16))),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	data := make([]byte, 2*144)
	data[147] = 0x7C
	if err := Validate(Q4_K, data); err == nil || !strings.HasPrefix(err.Error(), "q4_K: block 1 (byte 146): scale of the mins is an infinity") {
		t.Errorf("error %v", err)
	}
}

// overflows lists the types whose largest scales that count as valid decode to
// infinities.
var overflows = []Type{MXFP4, Q8_K}

// FuzzValidate holds Validate against the decoders: what it calls valid decodes to
// numbers, what it calls invalid does not.
func FuzzValidate(f *testing.F) {
	for _, typ := range Types() {
		f.Add(uint32(typ), make([]byte, typ.BlockBytes()))
	}
	f.Fuzz(func(t *testing.T, id uint32, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		typ := Type(id)
		err := Validate(typ, data)
		if err != nil && !errors.Is(err, ErrInvalid) {
			if !errors.Is(err, ErrShape) && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("%v: unexpected error %v", typ, err)
			}
			return
		}
		checkDecodes(t, typ, data, err)
	})
}

func TestValidateAgainstDecoders(t *testing.T) {
	types := slices.DeleteFunc(Types(), func(typ Type) bool { return typ == Q8_1 })
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		size := typ.BlockBytes()
		common := rapid.SampledFrom([]byte{0, 0x7C, 0x7F, 0xFC, 0xFF, 0x70, 0xC0})
		data := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), common), size, size).Draw(t, "block")
		checkDecodes(t, typ, data, Validate(typ, data))
	})
}

func checkDecodes(t interface{ Fatalf(string, ...any) }, typ Type, data []byte, err error) {
	values, decodeErr := AppendDecode(nil, typ, data)
	if decodeErr != nil {
		t.Fatalf("%v: %v", typ, decodeErr)
	}
	numbers := !slices.ContainsFunc(values, func(f float32) bool { return !finite(f) })
	switch {
	case err == nil && !numbers && !slices.Contains(overflows, typ):
		t.Fatalf("%v: %x is valid but decodes to %v", typ, data, values)
	case err != nil && numbers:
		// 255 is NaN by the standard of the scale, but decodes as if it were not.
		if typ != MXFP4 {
			t.Fatalf("%v: %x decodes to numbers but: %v", typ, data, err)
		}
	}
}
