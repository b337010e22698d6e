//go:build purego || !(amd64 || (wasm && nibblesimd))

package quantize

// Machines without kernels. NEON's would be the next to leave this file: kernel_arm64.go
// with its own machineKernels and the functions below, which may still be these, and
// arm64 in the build constraint above. A part of kernels is enough to begin with, the
// code around it asks for no more. Rows are four registers of four lanes; the tests
// take what machineKernels returns, and make emulated runs them. Go's assembler for
// arm64 has none of the vector instructions for float32 but the fused ones, which are
// not for us, so a generator has to write them as words; FMIN and FMAX order the zeros,
// so that FCMGT and BSL have to take their place.

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

func widenF8E4M3([]float32, []byte) int { return 0 }
func widenF8E5M2([]float32, []byte) int { return 0 }
