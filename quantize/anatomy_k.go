package quantize

// kLayout is the layout of a K type.
func kLayout(t Type) layout {
	const withMin, symmetric = "d·scale·quant - dmin·min", "d·(scale - 32)·(quant - 4)"
	switch t {
	case Q2_K:
		return layout{
			formula: withMin,
			fields: []fieldLayout{
				superScales(80), superMins(82),
				subScales(16, kindUint, spaced(0, 4, 8)), subMins(16, spaced(4, 4, 8)),
				quantsAt(kindUint, striped(16, 32, 2)),
			},
			scale: scaleTimes(0),
			level: quantsFrom(0),
		}
	case Q3_K:
		return layout{
			formula: symmetric,
			fields: []fieldLayout{
				superScales(108),
				subScales(16, kindUint, joined(striped(96, 8, 4), striped(104, 4, 2))),
				quantsAt(kindUint, joined(striped(32, 32, 2), striped(0, 32, 1))),
			},
			scale: scaleTimes(32),
			level: quantsFrom(4),
		}
	case Q4_K:
		return layout{
			formula: withMin,
			fields: []fieldLayout{
				superScales(0), superMins(2),
				subScales(32, kindUint, sixBits(0)), subMins(32, sixBits(1)),
				quantsAt(kindUint, striped(16, 32, 4)),
			},
			scale: scaleTimes(0),
			level: quantsFrom(0),
		}
	case Q5_K:
		return layout{
			formula: withMin,
			fields: []fieldLayout{
				superScales(0), superMins(2),
				subScales(32, kindUint, sixBits(0)), subMins(32, sixBits(1)),
				quantsAt(kindUint, joined(striped(48, 32, 4), striped(16, 32, 1))),
			},
			scale: scaleTimes(0),
			level: quantsFrom(0),
		}
	case Q6_K:
		return layout{
			formula: "d·scale·(quant - 32)",
			fields: []fieldLayout{
				superScales(208),
				subScales(16, kindInt8, inRow(8*192, 8)),
				quantsAt(kindUint, joined(striped(0, 64, 4), striped(128, 32, 2))),
			},
			scale: scaleTimes(0),
			level: quantsFrom(32),
		}
	}
	return layout{ // Q8_K
		formula: "d·quant",
		fields: []fieldLayout{
			{fieldD, "scale", kindF32, SuperBlock, inRow(0, 32)},
			quantsAt(kindInt8, inRow(8*4, 8)),
			{fieldSum, "sum of 16 quants", kindInt16, 16, inRow(8*260, 16)},
		},
		level: quantsFrom(0),
	}
}

// sixBits places the scales, which is 0, or the mins, which is 1, of Q4_K and Q5_K
// (scales_mins.go).
func sixBits(which int) place {
	return func(spans []Span, j int) []Span {
		first := 8 * (4 + 4*which + j%4)
		if j < 4 {
			return append(spans, Span{first, 6})
		}
		return append(spans, Span{8*(12+j%4) + 4*which, 4}, Span{first + 6, 2})
	}
}
