package quantize

import "encoding/binary"

// IQ2_XS: a super-block of 256 values in 74 bytes, 2.3125 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-65   for each of 32 points of 8 values two bytes, little endian: the index in
//	       bits 0-8, seven sign bits above
//	66-73  scales of 16 sub-blocks of 16, four bits each: an even one's in the low
//	       half of its byte, an odd one's in the high half
//
//	value = ±scale · (0.5 + scale of the sub-block)/4 · magnitude

func decodeIQ2XS(dst *[256]float32, src *[74]byte) {
	scale := getF16(src[:2])
	for j := range 16 {
		levels := iq2ScaledLevels(iq2SubScale(scale, src[66+j/2]>>(j%2*4)&15))
		for k := range 2 {
			i := 2*j + k
			point := binary.LittleEndian.Uint16(src[2+2*i:])
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq2xsGrid[point&511], evenSigns[point>>9])
		}
	}
}

func (b *signedBlock) encodeIQ2XS(dst *[74]byte, x, importance *[256]float32) {
	lattice := iq2xsLattice.get(iq2xsGrid[:], 2)
	w := &b.weights
	importanceWeights(w[:], x[:], importance[:], sumSquares(x[:])/256)
	clear(dst[:])
	var scales [16]float32
	for j := range scales {
		peak := b.set(x[16*j:16*j+16], w[16*j:16*j+16], true)
		if peak < nothing {
			continue
		}
		var points [2]uint16
		scale, ok := b.search8(points[:], lattice, latticeSweep{peak: peak, start: peak / 5, steps: 9, step: tenth})
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
			binary.LittleEndian.PutUint16(dst[2+4*j+2*k:], lattice.head(point).index()|uint16(b.signs[k]&127)<<9)
		}
	}
	most := largest(scales[:])
	if most == 0 {
		clear(dst[:])
		return
	}
	ofScales := most / 31
	putF16(dst[:2], ofScales)
	for j, scale := range scales {
		dst[66+j/2] |= subScale4(scale, 1/ofScales) << (j % 2 * 4)
	}
}
