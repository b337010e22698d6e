//go:build purego || !(amd64 || (wasm && nibblesimd))

package quantize

// machineKernels returns none: the plain code does it all.
func machineKernels() []*kernels { return nil }

// These leave all values to the plain code.

func addErrors(*laneSums, []float32, []float32) int { return 0 }

func finiteFloats([]float32) int          { return 0 }
func finiteBytes([]byte, floatFormat) int { return 0 }

func widenF16([]float32, []byte) int   { return 0 }
func widenBF16([]float32, []byte) int  { return 0 }
func narrowF16([]byte, []float32) int  { return 0 }
func narrowBF16([]byte, []float32) int { return 0 }
