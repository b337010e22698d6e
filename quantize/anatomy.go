package quantize

import (
	"math"
	"strconv"
)

// An Anatomy is one block taken apart: what it stores, at which bits, and how its
// weights follow from that.
//
// Weight i is, in float32, each operation rounded,
//
//	Scales[i/SubBlock]·Levels[i] - Mins[i/SubBlock]
//
// or without the min where Mins is nil. The types without blocks have one weight,
// the scale 1 and no quant.
type Anatomy struct {
	// Formula says how a weight follows from the parts of the fields that are about
	// it, "d·scale·quant - dmin·min". Operations are of float32, from left to right.
	// codebook, E2M1 and grid look up what a part stands for, the last for the
	// weight's place in the point; sign is +1 or -1 by the weight's bit of a mask.
	Formula string `json:"formula"`

	// Fields are what the block stores. Every bit belongs to a part.
	Fields []Field `json:"fields"`

	// SubBlock is the number of weights that share a scale and a min.
	SubBlock int `json:"subBlock"`

	// Scales and Mins are those of the sub-blocks, as the formula makes them of the
	// fields. They are float32 values but for a scale of MXFP4 with exponent 255,
	// which is 2^128. Mins is nil in types without.
	Scales []float64 `json:"scales"`
	Mins   []float64 `json:"mins,omitempty"`

	// Quants are the small integers that stand for the weights, as they are stored;
	// of a lattice type the digits of the points, which are its codebook's entries.
	Quants []int8 `json:"quants,omitempty"`

	// Levels are what the quants stand for under a scale of 1, with sign and shift.
	Levels []float64 `json:"levels"`

	// Weights are what [Decode] makes of the block.
	Weights []float32 `json:"weights"`
}

// A Field is a sequence of equal parts of a block, such as its scales. Part i is
// about the Each weights from i·Each on, weight i is made of part i/Each.
type Field struct {
	// Name is the field's name in formulas: d, the scale or, above the scales of
	// sub-blocks, the scale of the scales; dmin, that of the mins; m, a negated min;
	// scale, min and quant; sign, of one weight, or signs, of eight; index, of a point
	// in the lattice; shift; s and sum, which products use; value.
	Name  string `json:"name"`
	About string `json:"about"` // the name in words
	Each  int    `json:"each"`

	// Kind says how bits make a value: F16, BF16, F32, F64, E8M0 and UE4M3 are floats,
	// int is in two's complement, uint without sign. A sign is -1 for 0 and +1 for 1, a
	// shift +1/8 for 0 and -1/8 for 1. A mask has a bit for each weight, set where it is
	// negative; of a mask of seven bits the value has an eighth that makes their number
	// even. A trit is a digit of the five to the base 3 in its byte.
	Kind string `json:"kind"`

	Bits   []uint64  `json:"bits"`   // of each part, as they are stored
	Values []float64 `json:"values"` // of each part; of an I64 rounded to float32
	Spans  [][]Span  `json:"spans"`  // where the bits of each part stand, the lowest first
}

// A Span is a range of bits in a block. Bit b is that of worth 2^(b mod 8) in byte
// b/8, so that numbers of several bytes, which are little endian, are one span.
type Span struct {
	Bit   int `json:"bit"`
	Width int `json:"width"`
}

// Dissect takes apart one block of t. Any bytes have an anatomy.
//
// It fails with ErrShape where block is not of t.BlockBytes() bytes, and with
// ErrUnsupported where t is not valid.
func Dissect(t Type, block []byte) (*Anatomy, error) {
	g := t.geometry()
	if g.blockSize != 0 && len(block) != g.blockBytes {
		return nil, shapeError(t, "a block takes "+strconv.Itoa(g.blockBytes)+" bytes, not "+strconv.Itoa(len(block)))
	}
	weights, err := AppendDecode(nil, t, block)
	if err != nil {
		return nil, err
	}
	l := layoutOf(t)
	a := &Anatomy{Formula: l.formula, Weights: weights}
	var parts partValues
	for _, f := range l.fields {
		field := f.dissect(block, g.blockSize/f.each)
		parts[f.role] = fieldValues{field.Values, f.each}
		a.Fields = append(a.Fields, field)
	}
	a.SubBlock = parts.subBlock()
	for i := 0; i < len(weights); i += a.SubBlock {
		a.Scales = append(a.Scales, l.scaleAt(&parts, i))
		if lowest, ok := parts.minAt(i); ok {
			a.Mins = append(a.Mins, lowest)
		}
	}
	for i := range weights {
		quant, level := l.level(&parts, i)
		if g.blockSize > 1 {
			a.Quants = append(a.Quants, quant)
		}
		a.Levels = append(a.Levels, level)
	}
	return a, nil
}

// MarshalJSON writes numbers that JSON cannot hold, NaN and infinities, as null.
// A reader that keeps numbers as float64 sees the bits of F64 and I64 rounded.
func (a Anatomy) MarshalJSON() ([]byte, error) {
	b := appendString([]byte(`{"formula":`), a.Formula)
	b = append(b, `,"fields":`...)
	b = appendArray(b, a.Fields, func(b []byte, f Field) []byte { return f.appendJSON(b) })
	b = append(b, `,"subBlock":`...)
	b = strconv.AppendInt(b, int64(a.SubBlock), 10)
	b = append(b, `,"scales":`...)
	b = appendArray(b, a.Scales, appendFloat64)
	if len(a.Mins) > 0 {
		b = append(b, `,"mins":`...)
		b = appendArray(b, a.Mins, appendFloat64)
	}
	if len(a.Quants) > 0 {
		b = append(b, `,"quants":`...)
		b = appendArray(b, a.Quants, func(b []byte, q int8) []byte { return strconv.AppendInt(b, int64(q), 10) })
	}
	b = append(b, `,"levels":`...)
	b = appendArray(b, a.Levels, appendFloat64)
	b = append(b, `,"weights":`...)
	b = appendArray(b, a.Weights, func(b []byte, f float32) []byte { return appendFloat(b, float64(f), 32) })
	return append(b, '}'), nil
}

// MarshalJSON writes what [Anatomy.MarshalJSON] writes of a field.
func (f Field) MarshalJSON() ([]byte, error) { return f.appendJSON(nil), nil }

func (f *Field) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"name":`...), f.Name)
	b = appendString(append(b, `,"about":`...), f.About)
	b = append(b, `,"each":`...)
	b = strconv.AppendInt(b, int64(f.Each), 10)
	b = appendString(append(b, `,"kind":`...), f.Kind)
	b = append(b, `,"bits":`...)
	b = appendArray(b, f.Bits, func(b []byte, bits uint64) []byte { return strconv.AppendUint(b, bits, 10) })
	b = append(b, `,"values":`...)
	b = appendArray(b, f.Values, appendFloat64)
	b = append(b, `,"spans":`...)
	b = appendArray(b, f.Spans, func(b []byte, spans []Span) []byte {
		return appendArray(b, spans, func(b []byte, s Span) []byte {
			b = strconv.AppendInt(append(b, `{"bit":`...), int64(s.Bit), 10)
			b = strconv.AppendInt(append(b, `,"width":`...), int64(s.Width), 10)
			return append(b, '}')
		})
	})
	return append(b, '}')
}

// appendString appends words of this package, in which Go and JSON quote alike.
func appendString(b []byte, s string) []byte { return strconv.AppendQuote(b, s) }

func appendFloat64(b []byte, f float64) []byte { return appendFloat(b, f, 64) }

func appendFloat(b []byte, f float64, size int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, size)
}

func appendArray[E any](b []byte, elements []E, appendElement func([]byte, E) []byte) []byte {
	b = append(b, '[')
	for i, e := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendElement(b, e)
	}
	return append(b, ']')
}
