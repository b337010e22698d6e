//go:build purego || !(amd64 || (wasm && nibblesimd))

package quantize

// Machines without kernels. NEON's would be the next to leave this file: kernel_arm64.go
// with its own machineKernels and addErrors, which may still be this one, and arm64 in
// the build constraint above. A part of kernels is enough to begin with, the
// code around it asks for no more. Rows are four registers of four lanes; the tests
// take what machineKernels returns, and make emulated runs them. Go's assembler for
// arm64 has none of the vector instructions for float32 but the fused ones, which are
// not for us, so a generator has to write them as words; FMIN and FMAX order the zeros,
// so that FCMGT and BSL have to take their place.

// machineKernels returns none: the plain code does it all.
func machineKernels() []*kernels { return nil }

// addErrors leaves all values to the plain code.
func addErrors(*laneSums, []float32, []float32) int { return 0 }
