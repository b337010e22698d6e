package quantize

// fewBitsLayout is the layout of a type of one or two bits without a codebook.
func fewBitsLayout(t Type) layout {
	const ternary = "d·(quant - 1)"
	switch t {
	case TQ1_0:
		return layout{
			formula: ternary,
			fields:  []fieldLayout{scaleF16(52, SuperBlock), quantsAt(kindTrit, tritByte)},
			level:   quantsFrom(1),
		}
	case TQ2_0:
		return layout{
			formula: ternary,
			fields:  []fieldLayout{scaleF16(64, SuperBlock), quantsAt(kindUint, striped(0, 32, 2))},
			level:   quantsFrom(1),
		}
	case Q2_0:
		return layout{
			formula: ternary,
			fields:  []fieldLayout{scaleF16(0, 64), quantsAt(kindUint, inRow(8*2, 2))},
			level:   quantsFrom(1),
		}
	}
	return layout{ // Q1_0
		formula: "d·sign",
		fields:  []fieldLayout{scaleF16(0, 128), {fieldSign, "sign of a weight", kindSign, 1, inRow(8*2, 1)}},
		level: func(p *partValues, i int) (int8, float64) {
			sign := p[fieldSign].at(i)
			if sign < 0 {
				return 0, sign
			}
			return 1, sign
		},
	}
}

// kindTrit is a quant of TQ1_0, a digit of the byte that it shares with others.
var kindTrit = kind{"trit", func(bits uint64, i int) float64 {
	_, digit := tritAt(i)
	b := byte(bits)
	for range digit {
		b *= 3
	}
	return float64(uint16(b) * 3 >> 8)
}}

func tritByte(spans []Span, i int) []Span {
	at, _ := tritAt(i)
	return append(spans, Span{8 * at, 8})
}

// tritAt returns the byte of quant i in TQ1_0 and which digit of it the quant is.
func tritAt(i int) (at, digit int) {
	switch {
	case i < 160:
		return i % 32, i / 32
	case i < 240:
		return 32 + i%16, (i - 160) / 16
	}
	return 48 + i%4, (i - 240) / 4
}
