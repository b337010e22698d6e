package quantize

// codebookLayout is the layout of a type of four bits with a codebook.
func codebookLayout(t Type) layout {
	switch t {
	case IQ4_NL:
		return layout{
			formula: "d·codebook(quant)",
			fields:  []fieldLayout{scaleF16(0, 32), quantsAt(kindUint, striped(2, 16, 4))},
			level:   quantsIn(&codebook4, 1),
		}
	case IQ4_XS:
		return layout{
			formula: "d·(scale - 32)·codebook(quant)",
			fields: []fieldLayout{
				superScales(0),
				subScales(32, kindUint, joined(inRow(8*4, 4), inRow(8*2, 2))),
				quantsAt(kindUint, striped(8, 16, 4)),
			},
			scale: scaleTimes(32),
			level: quantsIn(&codebook4, 1),
		}
	case MXFP4:
		return layout{
			formula: "d·E2M1(quant)",
			fields: []fieldLayout{
				{fieldD, "scale, a power of two", kindE8M0, 32, inRow(0, 8)},
				quantsAt(kindUint, striped(1, 16, 4)),
			},
			level: quantsIn(&fp4Values, 2),
		}
	}
	return layout{ // NVFP4
		formula: "d·E2M1(quant)",
		fields: []fieldLayout{
			{fieldD, "scale of a sub-block", kindUE4M3, 16, inRow(0, 8)},
			quantsAt(kindUint, striped(4, 8, 4)),
		},
		level: quantsIn(&fp4Values, 2),
	}
}

// quantsIn are quants that stand for an entry of a codebook, in units of which
// there are so many in 1.
func quantsIn(codebook *[16]int8, units float64) func(*partValues, int) (int8, float64) {
	return func(p *partValues, i int) (int8, float64) {
		q := int8(p[fieldQuant].at(i))
		return q, float64(codebook[q]) / units
	}
}
