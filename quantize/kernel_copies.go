//go:build purego || !(wasm && nibblesimd)

package quantize

// These leave all values to the plain code, which native compilers make fast enough.

func widenF32([]float32, []byte) int  { return 0 }
func narrowF32([]byte, []float32) int { return 0 }
