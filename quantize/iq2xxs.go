package quantize

import "encoding/binary"

// IQ2_XXS: a super-block of 256 values in 66 bytes, 2.0625 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-65   8 bytes for each of 8 sub-blocks of 32: the indexes of four points of
//	       8 values; then, little endian, four times seven sign bits and in the top
//	       four bits the scale of the sub-block
//
//	value = ±scale · (0.5 + scale of the sub-block)/4 · magnitude

func decodeIQ2XXS(dst *[256]float32, src *[66]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		in := (*[8]byte)(src[2+8*j:])
		rest := binary.LittleEndian.Uint32(in[4:])
		levels := iq2ScaledLevels(iq2SubScale(scale, uint8(rest>>28)))
		for k := range 4 {
			out := (*[8]float32)(dst[32*j+8*k:])
			decodePoint8(out, &levels, iq2xxsGrid[in[k]], evenSigns[rest>>(7*k)&127])
		}
	}
}

// encodeIQ2XXS searches the scale of each sub-block near the one that suits its
// magnitudes where they need not be points of the lattice.
func (b *signedBlock) encodeIQ2XXS(dst *[66]byte, x, importance *[256]float32) {
	lattice := iq2xxsLattice.get(iq2xxsGrid[:], 2)
	w := &b.weights
	importanceWeights(w[:], x[:], importance[:], sumSquares(x[:])/256)
	clear(dst[:])
	var scales [8]float32
	for j := range scales {
		peak := b.set(x[32*j:32*j+32], w[32*j:32*j+32], true)
		if peak < nothing {
			continue
		}
		start := b.startScale()
		if start <= 0 {
			continue
		}
		var points [4]uint16
		scale, ok := b.search8(points[:], lattice, latticeSweep{peak: 3 * start, start: start, steps: 6, step: tenth, all: true})
		if !ok {
			spoil(dst[:])
			return
		}
		if scale < 0 {
			scale = -scale
			b.negate()
		}
		scales[j] = scale
		out := (*[8]byte)(dst[2+8*j:])
		for k, point := range points {
			out[k] = byte(lattice.head(point).index())
		}
		binary.LittleEndian.PutUint32(out[4:], b.packSigns())
	}
	most := largest(scales[:])
	if most == 0 {
		clear(dst[:])
		return
	}
	ofScales := most / 31
	putF16(dst[:2], ofScales)
	for j, scale := range scales {
		dst[9+8*j] |= subScale4(scale, 1/ofScales) << 4
	}
}
