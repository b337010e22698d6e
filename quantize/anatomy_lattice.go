package quantize

// latticeLayout is the layout of a type whose quants are points of a lattice.
func latticeLayout(t Type) layout {
	d := superScales(0)
	switch t {
	case IQ2_XXS:
		return layout{
			formula: "d·(0.5 + scale)/4·grid(index)·sign(signs)",
			fields: []fieldLayout{
				d,
				subScales(32, kindUint, spaced(8*6+28, 4, 64)),
				points(8, grouped(8*2, 8, 4, 64)),
				signMasks(kindMask7, grouped(8*6, 7, 4, 64)),
			},
			scale: scaleIQ2,
			level: pointsIn(iq2xxsGrid[:], iq2Levels[:]),
		}
	case IQ2_XS:
		return layout{
			formula: "d·(0.5 + scale)/4·grid(index)·sign(signs)",
			fields: []fieldLayout{
				d,
				subScales(16, kindUint, inRow(8*66, 4)),
				points(8, spaced(8*2, 9, 16)),
				signMasks(kindMask7, spaced(8*2+9, 7, 16)),
			},
			scale: scaleIQ2,
			level: pointsIn(iq2xsGrid[:], iq2Levels[:]),
		}
	case IQ2_S:
		return layout{
			formula: "d·(0.5 + scale)/4·grid(index)·sign(signs)",
			fields: []fieldLayout{
				d,
				subScales(16, kindUint, inRow(8*74, 4)),
				points(8, joined(inRow(8*2, 8), inRow(8*66, 2))),
				signMasks(kindMask8, inRow(8*34, 8)),
			},
			scale: scaleIQ2,
			level: pointsIn(iq2sGrid[:], iq2Levels[:]),
		}
	case IQ3_XXS:
		return layout{
			formula: "d·(0.5 + scale)/2·grid(index)·sign(signs)",
			fields: []fieldLayout{
				d,
				subScales(32, kindUint, spaced(8*66+28, 4, 32)),
				points(4, inRow(8*2, 8)),
				signMasks(kindMask7, grouped(8*66, 7, 4, 32)),
			},
			scale: func(d, scale float32) float32 { return d * (0.5 + scale) * 0.5 },
			level: pointsIn(iq3xxsGrid[:], iq3xxsLevels[:]),
		}
	case IQ3_S:
		return layout{
			formula: "d·(1 + 2·scale)·grid(index)·sign(signs)",
			fields: []fieldLayout{
				d,
				subScales(32, kindUint, inRow(8*106, 4)),
				points(4, joined(inRow(8*2, 8), inRow(8*66, 1))),
				signMasks(kindMask8, inRow(8*74, 8)),
			},
			scale: scaleOdd,
			level: pointsIn(iq3sGrid[:], []float32{1, 3, 5, 7, 9, 11, 13, 15}),
		}
	case IQ1_S:
		return layout{
			formula: "d·(1 + 2·scale)·(grid(index) + shift)",
			fields: []fieldLayout{
				d,
				subScales(32, kindUint, spaced(8*34+12, 3, 16)),
				points(8, joined(inRow(8*2, 8), grouped(8*34, 3, 4, 16))),
				{fieldShift, "shift of the levels of a sub-block", kindShift, 32, spaced(8*34+15, 1, 16)},
			},
			scale: scaleOdd,
			level: pointsIn(iq1Grid[:], []float32{-1, 0, 1, 2}),
		}
	}
	return layout{ // IQ1_M
		formula: "d·(1 + 2·scale)·(grid(index) + shift)",
		fields: []fieldLayout{
			{d.role, d.about, d.kind, d.each, quarters},
			subScales(16, kindUint, grouped(8*48, 3, 4, 16)),
			points(8, joined(inRow(0, 8), spaced(8*32, 3, 4))),
			{fieldShift, "shift of the levels of a point", kindShift, 8, spaced(8*32+3, 1, 4)},
		},
		scale: scaleOdd,
		level: pointsIn(iq1Grid[:], []float32{-1, 0, 1, 2}),
	}
}

// points are the indexes of points of each digits.
func points(each int, p place) fieldLayout {
	return fieldLayout{fieldIndex, "index of a point in the lattice", kindUint, each, p}
}

func signMasks(k kind, p place) fieldLayout {
	return fieldLayout{fieldSigns, "signs of eight weights", k, 8, p}
}

// quarters places the scale of IQ1_M.
func quarters(spans []Span, _ int) []Span {
	for k := range 4 {
		spans = append(spans, Span{8*48 + 16*k + 12, 4})
	}
	return spans
}

func scaleIQ2(d, scale float32) float32 { return iq2SubScale(d, uint8(scale)) }

func scaleOdd(d, scale float32) float32 { return d * (1 + float32(2*scale)) }

// pointsIn are digits of points in a grid, which stand for levels. The digits of a
// point of eight have two bits, those of a point of four have three.
func pointsIn(grid []uint16, levels []float32) func(*partValues, int) (int8, float64) {
	return func(p *partValues, i int) (int8, float64) {
		size := p[fieldIndex].each
		width := 2
		if size == 4 {
			width = 3
		}
		digit := grid[int(p[fieldIndex].at(i))] >> (i % size * width) & (1<<width - 1)
		level := float64(levels[digit])
		if p[fieldSigns].each != 0 && int(p[fieldSigns].at(i))>>(i%8)&1 != 0 {
			level = -level
		}
		if p[fieldShift].each != 0 {
			level += p[fieldShift].at(i)
		}
		return int8(digit), level
	}
}
