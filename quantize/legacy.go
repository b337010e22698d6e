package quantize

import "encoding/binary"

// Quants are packed eight at a time: one a byte in a uint64, the first lowest, so
// that a few operations serve all eight.

// eachByte has a 1 in each byte.
const eachByte = 0x0101010101010101

// eight returns the first eight quants.
func eight(quants []uint8) uint64 { return binary.LittleEndian.Uint64(quants) }

// putEight writes eight bytes.
func putEight(dst []byte, b uint64) { binary.LittleEndian.PutUint64(dst, b) }

// truncateEight returns the quants of eight values: x·inverse+offset, which is
// positive, without its fraction.
func truncateEight(x *[8]float32, inverse, offset float32) uint64 {
	return uint64(uint8(int32(float32(x[0]*inverse)+offset))) |
		uint64(uint8(int32(float32(x[1]*inverse)+offset)))<<8 |
		uint64(uint8(int32(float32(x[2]*inverse)+offset)))<<16 |
		uint64(uint8(int32(float32(x[3]*inverse)+offset)))<<24 |
		uint64(uint8(int32(float32(x[4]*inverse)+offset)))<<32 |
		uint64(uint8(int32(float32(x[5]*inverse)+offset)))<<40 |
		uint64(uint8(int32(float32(x[6]*inverse)+offset)))<<48 |
		uint64(uint8(int32(float32(x[7]*inverse)+offset)))<<56
}

// putNibbles puts the low four bits of lo's quants into the low halves of dst,
// those of hi's into the high halves.
func putNibbles(dst *[8]byte, lo, hi uint64) {
	binary.LittleEndian.PutUint64(dst[:], lo&(15*eachByte)|hi&(15*eachByte)<<4)
}

// gatherBits returns bit 0 of each quant, that of the first in bit 0. The factor
// moves the bit of quant i from 8·i to 56+i; no two terms of the product meet.
func gatherBits(quants uint64) byte {
	return byte(quants & eachByte * 0x0102040810204080 >> 56)
}

// packNibbles puts the low four bits of quant i into the low half of byte i,
// those of quant i+16 into its high half.
func packNibbles(dst *[16]byte, quants *[32]uint8) {
	putNibbles((*[8]byte)(dst[:]), eight(quants[:]), eight(quants[16:]))
	putNibbles((*[8]byte)(dst[8:]), eight(quants[8:]), eight(quants[24:]))
}

// packFifthBits puts bit 4 of quant i into bit i, little endian.
func packFifthBits(dst *[4]byte, quants *[32]uint8) {
	for i := range dst {
		dst[i] = gatherBits(binary.LittleEndian.Uint64(quants[8*i:]) >> 4)
	}
}
