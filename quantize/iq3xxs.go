package quantize

import "encoding/binary"

// IQ3_XXS: a super-block of 256 values in 98 bytes, 3.0625 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-65   indexes of 64 points of 4 values
//	66-97  for each of 8 sub-blocks of 32 four bytes, little endian: four times seven
//	       sign bits, each for two points, and in the top four bits the scale of the
//	       sub-block
//
//	value = ±scale · (0.5 + scale of the sub-block)/2 · magnitude

func decodeIQ3XXS(dst *[256]float32, src *[98]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		rest := binary.LittleEndian.Uint32(src[66+4*j:])
		subScale := scale * (0.5 + float32(rest>>28)) * 0.5
		levels := iq3xxsLevels
		for i := range levels {
			levels[i] *= subScale
		}
		for k := range 4 {
			signs := evenSigns[rest>>(7*k)&127]
			in, out := (*[2]byte)(src[2+8*j+2*k:]), (*[8]float32)(dst[32*j+8*k:])
			decodePoint4((*[4]float32)(out[:4]), &levels, iq3xxsGrid[in[0]], signs)
			decodePoint4((*[4]float32)(out[4:]), &levels, iq3xxsGrid[in[1]], signs>>4)
		}
	}
}

// encodeIQ3XXS weighs the errors by the squares of the values.
func (b *signedBlock) encodeIQ3XXS(dst *[98]byte, x *[256]float32) {
	w := &b.weights
	squareWeights(w[:], x[:])
	b.encodeWeightedIQ3XXS(dst, x, w)
}

// encodeIQ3XXSImportance weighs the errors by importance.
func (b *signedBlock) encodeIQ3XXSImportance(dst *[98]byte, x, importance *[256]float32) {
	w := &b.weights
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	b.encodeWeightedIQ3XXS(dst, x, w)
}

func (b *signedBlock) encodeWeightedIQ3XXS(dst *[98]byte, x, w *[256]float32) {
	lattice := iq3xxsLattice.get(iq3xxsGrid[:], 2)
	clear(dst[:])
	var scales [8]float32
	for j := range scales {
		peak := b.set(x[32*j:32*j+32], w[32*j:32*j+32], true)
		if peak < nearlyNothing {
			continue
		}
		var points [8]uint16
		scale, ok := b.search4(&points, lattice, latticeSweep{peak: peak, start: peak / 15, steps: 15, step: fifth})
		if !ok {
			spoil(dst[:])
			return
		}
		if scale < 0 {
			scale = -scale
			b.negate()
		}
		scales[j] = scale
		for k, point := range points {
			dst[2+8*j+k] = byte(lattice.head(point).index())
		}
		binary.LittleEndian.PutUint32(dst[66+4*j:], b.packSigns())
	}
	most := largest(scales[:])
	if most == 0 {
		clear(dst[:])
		return
	}
	ofScales := most / 31
	putF16(dst[:2], ofScales*1.0125)
	for j, scale := range scales {
		dst[69+4*j] |= subScale4(scale, 1/ofScales) << 4
	}
}
