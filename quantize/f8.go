package quantize

import "github.com/nibble-go/nibble/internal/half"

// DecodeF8E4M3 widens floats of 8 bits, without infinities, to float32, len(dst) of
// them. No [Type] stores them, but weights come in them: see F8_E4M3 of package
// gguf/safetensors. It panics, as indexing does, if src is shorter.
func DecodeF8E4M3(dst []float32, src []byte) {
	decodeBatches(dst, src[:len(dst)], oneByte, func(dst []float32, src []byte) {
		n := widen(machine.widenF8E4M3, dst, src, 1)
		half.DecodeF8E4M3(dst[n:], src[n:])
	})
}

// DecodeF8E5M2 does the same for those that have the exponent of an F16 and its
// infinities.
func DecodeF8E5M2(dst []float32, src []byte) {
	decodeBatches(dst, src[:len(dst)], oneByte, func(dst []float32, src []byte) {
		n := widen(machine.widenF8E5M2, dst, src, 1)
		half.DecodeF8E5M2(dst[n:], src[n:])
	})
}

var oneByte = geometry{blockSize: 1, blockBytes: 1}
