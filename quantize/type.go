package quantize

import (
	"strconv"
	"strings"
)

// Type is the storage format of one tensor. Its value is ggml's type id, the
// number that stands in a GGUF file.
//
// This file holds numbers only, so that a program that asks for a size links
// no codec.
type Type uint32

// The types that ggml knows. Ids 4, 5, 31 to 33 and 36 to 38 belonged to types
// that ggml has removed; they are not valid.
const (
	F32     Type = 0
	F16     Type = 1
	Q4_0    Type = 2
	Q4_1    Type = 3
	Q5_0    Type = 6
	Q5_1    Type = 7
	Q8_0    Type = 8
	Q8_1    Type = 9
	Q2_K    Type = 10
	Q3_K    Type = 11
	Q4_K    Type = 12
	Q5_K    Type = 13
	Q6_K    Type = 14
	Q8_K    Type = 15
	IQ2_XXS Type = 16
	IQ2_XS  Type = 17
	IQ3_XXS Type = 18
	IQ1_S   Type = 19
	IQ4_NL  Type = 20
	IQ3_S   Type = 21
	IQ2_S   Type = 22
	IQ4_XS  Type = 23
	I8      Type = 24
	I16     Type = 25
	I32     Type = 26
	I64     Type = 27
	F64     Type = 28
	IQ1_M   Type = 29
	BF16    Type = 30
	TQ1_0   Type = 34
	TQ2_0   Type = 35
	MXFP4   Type = 39
	NVFP4   Type = 40
	Q1_0    Type = 41
	Q2_0    Type = 42
)

// SuperBlock is the number of values in a super-block, the block of the K
// types and of most IQ types.
const SuperBlock = 256

type geometry struct {
	name       string
	blockSize  int
	blockBytes int
}

// geometries is indexed by ggml's id; a zero entry is no type.
var geometries = [...]geometry{
	F32:     {"f32", 1, 4},
	F16:     {"f16", 1, 2},
	Q4_0:    {"q4_0", 32, 18},
	Q4_1:    {"q4_1", 32, 20},
	Q5_0:    {"q5_0", 32, 22},
	Q5_1:    {"q5_1", 32, 24},
	Q8_0:    {"q8_0", 32, 34},
	Q8_1:    {"q8_1", 32, 36},
	Q2_K:    {"q2_K", SuperBlock, 84},
	Q3_K:    {"q3_K", SuperBlock, 110},
	Q4_K:    {"q4_K", SuperBlock, 144},
	Q5_K:    {"q5_K", SuperBlock, 176},
	Q6_K:    {"q6_K", SuperBlock, 210},
	Q8_K:    {"q8_K", SuperBlock, 292},
	IQ2_XXS: {"iq2_xxs", SuperBlock, 66},
	IQ2_XS:  {"iq2_xs", SuperBlock, 74},
	IQ3_XXS: {"iq3_xxs", SuperBlock, 98},
	IQ1_S:   {"iq1_s", SuperBlock, 50},
	IQ4_NL:  {"iq4_nl", 32, 18},
	IQ3_S:   {"iq3_s", SuperBlock, 110},
	IQ2_S:   {"iq2_s", SuperBlock, 82},
	IQ4_XS:  {"iq4_xs", SuperBlock, 136},
	I8:      {"i8", 1, 1},
	I16:     {"i16", 1, 2},
	I32:     {"i32", 1, 4},
	I64:     {"i64", 1, 8},
	F64:     {"f64", 1, 8},
	IQ1_M:   {"iq1_m", SuperBlock, 56},
	BF16:    {"bf16", 1, 2},
	TQ1_0:   {"tq1_0", SuperBlock, 54},
	TQ2_0:   {"tq2_0", SuperBlock, 66},
	MXFP4:   {"mxfp4", 32, 17},
	NVFP4:   {"nvfp4", 64, 36},
	Q1_0:    {"q1_0", 128, 18},
	Q2_0:    {"q2_0", 64, 18},
}

func (t Type) geometry() geometry {
	if int64(t) < int64(len(geometries)) {
		return geometries[t]
	}
	return geometry{}
}

// Valid reports whether t is a type that ggml knows and has not removed.
func (t Type) Valid() bool { return t.geometry().blockSize != 0 }

// String returns ggml's name of the type, such as "q4_K".
func (t Type) String() string {
	if g := t.geometry(); g.name != "" {
		return g.name
	}
	return "type(" + strconv.FormatUint(uint64(t), 10) + ")"
}

// BlockSize returns the number of values in a block, 0 for an invalid type.
func (t Type) BlockSize() int { return t.geometry().blockSize }

// BlockBytes returns the number of bytes in a block, 0 for an invalid type.
func (t Type) BlockBytes() int { return t.geometry().blockBytes }

// BitsPerWeight returns 8·BlockBytes/BlockSize, 0 for an invalid type.
func (t Type) BitsPerWeight() float64 {
	g := t.geometry()
	if g.blockSize == 0 {
		return 0
	}
	return 8 * float64(g.blockBytes) / float64(g.blockSize)
}

// RowBytes returns the number of bytes that n values take. It fails with
// ErrShape where n is not a whole number of blocks, and with ErrUnsupported
// where t is not valid.
func (t Type) RowBytes(n int64) (int64, error) {
	g := t.geometry()
	switch {
	case g.blockSize == 0:
		return 0, &TypeError{Type: t, Err: ErrUnsupported}
	case n < 0 || n%int64(g.blockSize) != 0:
		return 0, &TypeError{Type: t, Detail: strconv.FormatInt(n, 10) + " values are not a whole number of blocks of " + strconv.Itoa(g.blockSize), Err: ErrShape}
	}
	blocks := n / int64(g.blockSize)
	if blocks > (1<<63-1)/int64(g.blockBytes) {
		return 0, &TypeError{Type: t, Detail: strconv.FormatInt(n, 10) + " values take more bytes than 63 bits count", Err: ErrShape}
	}
	return blocks * int64(g.blockBytes), nil
}

// Types returns all valid types in the order of their ids.
func Types() []Type {
	var types []Type
	for id, g := range geometries {
		if g.blockSize != 0 {
			types = append(types, Type(id))
		}
	}
	return types
}

// ParseType returns the type of the given name, such as "q4_K". Case does not
// matter. The error of an unknown name wraps ErrUnsupported.
func ParseType(name string) (Type, error) {
	for id, g := range geometries {
		if g.name != "" && strings.EqualFold(g.name, name) {
			return Type(id), nil
		}
	}
	return 0, &nameError{kind: "tensor type", name: name}
}

// A TypeError says what could not be done with a type.
type TypeError struct {
	Type   Type
	Detail string // in words; may be empty
	Err    error  // one of the sentinels of this package
}

func (e *TypeError) Error() string {
	s := e.Type.String() + ": "
	if e.Detail != "" {
		s += e.Detail + ": "
	}
	return s + e.Err.Error()
}

func (e *TypeError) Unwrap() error { return e.Err }
