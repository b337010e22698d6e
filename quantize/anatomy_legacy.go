package quantize

// legacyLayout is the layout of a type with blocks of 32 weights and one scale.
func legacyLayout(t Type) layout {
	d := scaleF16(0, 32)
	m := fieldLayout{fieldM, "min, negated: the value of quant 0", kindF16, 32, inRow(16, 16)}
	switch t {
	case Q4_0:
		return layout{
			formula: "d·(quant - 8)",
			fields:  []fieldLayout{d, quantsAt(kindUint, striped(2, 16, 4))},
			level:   quantsFrom(8),
		}
	case Q4_1:
		return layout{
			formula: "d·quant + m",
			fields:  []fieldLayout{d, m, quantsAt(kindUint, striped(4, 16, 4))},
			level:   quantsFrom(0),
		}
	case Q5_0:
		return layout{
			formula: "d·(quant - 16)",
			fields:  []fieldLayout{d, quantsAt(kindUint, joined(striped(6, 16, 4), inRow(8*2, 1)))},
			level:   quantsFrom(16),
		}
	case Q5_1:
		return layout{
			formula: "d·quant + m",
			fields:  []fieldLayout{d, m, quantsAt(kindUint, joined(striped(8, 16, 4), inRow(8*4, 1)))},
			level:   quantsFrom(0),
		}
	case Q8_0:
		return layout{
			formula: "d·quant",
			fields:  []fieldLayout{d, quantsAt(kindInt8, inRow(8*2, 8))},
			level:   quantsFrom(0),
		}
	}
	s := fieldLayout{fieldS, "scale · sum of the quants", kindF16, 32, inRow(16, 16)}
	return layout{ // Q8_1
		formula: "d·quant",
		fields:  []fieldLayout{d, s, quantsAt(kindInt8, inRow(8*4, 8))},
		level:   quantsFrom(0),
	}
}
