package quantize

import (
	"math"

	"github.com/nibble-go/nibble/internal/half"
)

// A layout is the byte map of a type as data.
type layout struct {
	formula string
	fields  []fieldLayout

	// scale makes the scale of a sub-block of d and the part in the field scale. Nil
	// where d is the scale.
	scale func(d, scale float32) float32

	// level returns the quant of weight i and what it stands for.
	level func(parts *partValues, i int) (quant int8, level float64)
}

type fieldLayout struct {
	role  fieldRole
	about string
	kind  kind
	each  int
	place place
}

// A fieldRole says what a field is for.
type fieldRole uint8

const (
	fieldD fieldRole = iota
	fieldDmin
	fieldM
	fieldS
	fieldScale
	fieldMin
	fieldSum
	fieldIndex
	fieldSigns
	fieldShift
	fieldSign
	fieldQuant
	fieldValue
	fieldCount
)

var fieldNames = [fieldCount]string{
	"d", "dmin", "m", "s", "scale", "min", "sum", "index", "signs", "shift", "sign", "quant", "value",
}

// A kind says how the bits of part i make its value.
type kind struct {
	name  string
	value func(bits uint64, i int) float64
}

var (
	kindF16   = kind{"F16", func(bits uint64, _ int) float64 { return float64(half.F16ToF32(uint16(bits))) }}
	kindBF16  = kind{"BF16", func(bits uint64, _ int) float64 { return float64(half.BF16ToF32(uint16(bits))) }}
	kindF32   = kind{"F32", func(bits uint64, _ int) float64 { return float64(math.Float32frombits(uint32(bits))) }}
	kindF64   = kind{"F64", func(bits uint64, _ int) float64 { return math.Float64frombits(bits) }}
	kindE8M0  = kind{"E8M0", func(bits uint64, _ int) float64 { return 2 * float64(halfE8M0(byte(bits))) }}
	kindUE4M3 = kind{"UE4M3", func(bits uint64, _ int) float64 { return 2 * float64(halfUE4M3(byte(bits))) }}
	kindUint  = kind{"uint", func(bits uint64, _ int) float64 { return float64(bits) }}
	kindInt8  = kind{"int", func(bits uint64, _ int) float64 { return float64(int8(bits)) }}
	kindInt16 = kind{"int", func(bits uint64, _ int) float64 { return float64(int16(bits)) }}
	kindInt32 = kind{"int", func(bits uint64, _ int) float64 { return float64(int32(bits)) }}
	kindInt64 = kind{"int", func(bits uint64, _ int) float64 { return float64(float32(int64(bits))) }}
	kindSign  = kind{"sign", func(bits uint64, _ int) float64 { return [2]float64{-1, 1}[bits] }}
	kindShift = kind{"shift", func(bits uint64, _ int) float64 { return [2]float64{0.125, -0.125}[bits] }}
	kindMask7 = kind{"mask", func(bits uint64, _ int) float64 { return float64(evenSigns[bits]) }}
	kindMask8 = kind{"mask", func(bits uint64, _ int) float64 { return float64(bits) }}
)

// A place appends the spans of part i of a field.
type place func(spans []Span, i int) []Span

// inRow places parts one after another.
func inRow(bit, width int) place { return spaced(bit, width, width) }

// spaced places parts every pitch bits.
func spaced(bit, width, pitch int) place {
	return func(spans []Span, i int) []Span { return append(spans, Span{bit + i*pitch, width}) }
}

// grouped places count parts one after another every pitch bits.
func grouped(bit, width, count, pitch int) place {
	return func(spans []Span, i int) []Span {
		return append(spans, Span{bit + i%count*width + i/count*pitch, width})
	}
}

// striped places a part in each of count bytes, from their lowest bits on, then
// in the bits above, and so on until the bytes are full and the next ones follow.
func striped(at, count, width int) place {
	layers := 8 / width
	return func(spans []Span, i int) []Span {
		b := at + i%count + i/(count*layers)*count
		return append(spans, Span{8*b + i/count%layers*width, width})
	}
}

// joined places parts that are stored in pieces, the lowest bits first.
func joined(pieces ...place) place {
	return func(spans []Span, i int) []Span {
		for _, piece := range pieces {
			spans = piece(spans, i)
		}
		return spans
	}
}

// dissect reads a number of parts.
func (f *fieldLayout) dissect(block []byte, parts int) Field {
	field := Field{
		Name:   fieldNames[f.role],
		About:  f.about,
		Each:   f.each,
		Kind:   f.kind.name,
		Bits:   make([]uint64, parts),
		Values: make([]float64, parts),
		Spans:  make([][]Span, parts),
	}
	for i := range parts {
		field.Spans[i] = f.place(nil, i)
		field.Bits[i] = gather(block, field.Spans[i])
		field.Values[i] = f.kind.value(field.Bits[i], i)
	}
	return field
}

// gather returns the bits at spans, the first lowest.
func gather(block []byte, spans []Span) uint64 {
	var bits uint64
	var n int
	for _, s := range spans {
		for b := s.Bit; b < s.Bit+s.Width; b++ {
			bits |= uint64(block[b/8]>>(b%8)&1) << n
			n++
		}
	}
	return bits
}

// partValues are the values of a block's parts by the role of their field.
type partValues [fieldCount]fieldValues

type fieldValues struct {
	values []float64
	each   int // weights; 0 where the type has no such field
}

// at returns the value of the part that is about weight i.
func (v *fieldValues) at(i int) float64 { return v.values[i/v.each] }

// subBlock returns how many weights share a scale.
func (p *partValues) subBlock() int {
	for _, r := range [...]fieldRole{fieldScale, fieldD} {
		if p[r].each != 0 {
			return p[r].each
		}
	}
	return 1
}

// scaleAt returns the scale of weight i.
func (l *layout) scaleAt(p *partValues, i int) float64 {
	switch {
	case p[fieldD].each == 0:
		return 1
	case l.scale == nil:
		return p[fieldD].at(i)
	}
	return float64(l.scale(float32(p[fieldD].at(i)), float32(p[fieldScale].at(i))))
}

// minAt returns the min of weight i, if the type has mins.
func (p *partValues) minAt(i int) (lowest float64, ok bool) {
	switch {
	case p[fieldMin].each != 0:
		return float64(float32(p[fieldDmin].at(i)) * float32(p[fieldMin].at(i))), true
	case p[fieldM].each != 0:
		return -p[fieldM].at(i), true
	}
	return 0, false
}

// quantsFrom are quants of which zero stands for 0.
func quantsFrom(zero int) func(*partValues, int) (int8, float64) {
	return func(p *partValues, i int) (int8, float64) {
		q := p[fieldQuant].at(i)
		return int8(q), q - float64(zero)
	}
}

// layoutOf returns the layout of a valid type.
func layoutOf(t Type) layout {
	switch t {
	case F32:
		return plainLayout(kindF32, 32)
	case F16:
		return plainLayout(kindF16, 16)
	case BF16:
		return plainLayout(kindBF16, 16)
	case F64:
		return plainLayout(kindF64, 64)
	case I8:
		return plainLayout(kindInt8, 8)
	case I16:
		return plainLayout(kindInt16, 16)
	case I32:
		return plainLayout(kindInt32, 32)
	case I64:
		return plainLayout(kindInt64, 64)
	case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1:
		return legacyLayout(t)
	case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K:
		return kLayout(t)
	case IQ4_NL, IQ4_XS, MXFP4, NVFP4:
		return codebookLayout(t)
	case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S:
		return latticeLayout(t)
	}
	return fewBitsLayout(t)
}

// plainLayout is the layout of a type without blocks.
func plainLayout(k kind, width int) layout {
	return layout{
		formula: "value",
		fields:  []fieldLayout{{fieldValue, "the value itself", k, 1, inRow(0, width)}},
		level:   func(p *partValues, i int) (int8, float64) { return 0, p[fieldValue].at(i) },
	}
}

// scaleF16 is the scale of a block of n weights, at a byte.
func scaleF16(at, n int) fieldLayout {
	return fieldLayout{fieldD, "scale", kindF16, n, inRow(8*at, 16)}
}

// superScales is the scale of the scales of a super-block, at a byte.
func superScales(at int) fieldLayout {
	return fieldLayout{fieldD, "scale of the scales", kindF16, SuperBlock, inRow(8*at, 16)}
}

// superMins is the scale of the mins of a super-block, at a byte.
func superMins(at int) fieldLayout {
	return fieldLayout{fieldDmin, "scale of the mins", kindF16, SuperBlock, inRow(8*at, 16)}
}

// subScales are the scales of sub-blocks of each weights.
func subScales(each int, k kind, p place) fieldLayout {
	return fieldLayout{fieldScale, "scale of a sub-block", k, each, p}
}

// subMins are the mins of sub-blocks of each weights.
func subMins(each int, p place) fieldLayout {
	return fieldLayout{fieldMin, "min of a sub-block", kindUint, each, p}
}

// quantsAt are the quants of the weights.
func quantsAt(k kind, p place) fieldLayout {
	return fieldLayout{fieldQuant, "small integer that stands for a weight", k, 1, p}
}

// scaleTimes is the scale of sub-blocks whose scale stands for the integer above
// zero that it is.
func scaleTimes(zero int) func(d, scale float32) float32 {
	return func(d, scale float32) float32 { return d * (scale - float32(zero)) }
}
