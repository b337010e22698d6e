package quantize

import (
	"maps"
	"slices"
)

// Kernels are searches and loops in assembly, or for WebAssembly in its own code. Most
// searches take 16 sub-blocks at a time, each in a lane of its own: a sum never crosses
// lanes, so it has the order that the plain code gives it, and the bytes are the same. The
// pages of the types remain the definition, and all there is on other machines and with
// the build tag purego.
//
// The code around the kernels (kernel_*.go without the name of a machine) is Go, the
// same for all machines. A machine comes in by machineKernels, and by addErrors, which
// calls its kernel by name; kernel_generic.go says what the next machine takes.

// kernels are the kernels of one instruction set. A part that it lacks is its zero
// value, and the plain code does what that part would; a part is whole but for the
// members that say that they may be nil.
type kernels struct {
	name string

	searchKernels
	blockKernels
	halfKernels
	decodeKernels
	errorKernels
	latticeKernels
	ternaryKernels
	finiteKernels
}

// available are the kernels that this machine can run, the fastest first.
var available = machineKernels()

// machine are the fastest kernels, or none.
var machine = func() kernels {
	if len(available) == 0 {
		return kernels{name: "plain Go"}
	}
	return *available[0]
}()

// fastest has the encoders of the types for which there is a kernel.
var fastest = fastestOf((*kernels).encoders)

// fastestOf has, of the functions that available kernels serve types with, those of the
// fastest.
func fastestOf[F encodeFunc | decodeFunc](served func(k *kernels) map[Type]F) map[Type]F {
	all := map[Type]F{}
	for _, k := range slices.Backward(available) {
		maps.Copy(all, served(k))
	}
	return all
}

// An encodeFunc encodes one row with an importance weight for each value, or any number
// of blocks where importance is nil.
type encodeFunc = func(dst []byte, x, importance []float32)

// encoders returns the encoders of the types that k serves: those whose parts it has.
func (k *kernels) encoders() map[Type]encodeFunc {
	encoders := map[Type]encodeFunc{}
	searches, blocks := k.transpose != nil, k.blocksQ80 != nil && k.narrowF16 != nil
	if blocks {
		encoders[Q8_0] = k.encodeQ80
	}
	if searches && blocks {
		encoders[Q4_0], encoders[Q4_1] = k.encodeQ40, k.encodeQ41
		encoders[Q5_0], encoders[Q5_1] = k.encodeQ50, k.encodeQ51
	}
	if searches {
		encoders[Q2_K], encoders[Q3_K], encoders[Q4_K] = k.encodeQ2K, k.encodeQ3K, k.encodeQ4K
		encoders[Q5_K], encoders[Q6_K] = k.encodeQ5K, k.encodeQ6K
		encoders[IQ4_NL], encoders[IQ4_XS] = k.encodeIQ4NL, k.encodeIQ4XS
	}
	if searches && k.sortTernary != nil {
		encoders[IQ1_S], encoders[IQ1_M] = k.encodeIQ1S, k.encodeIQ1M
	}
	if k.sweep8 != nil {
		encoders[IQ2_XXS], encoders[IQ2_XS], encoders[IQ2_S] = k.encodeIQ2XXS, k.encodeIQ2XS, k.encodeIQ2S
		encoders[IQ3_XXS], encoders[IQ3_S] = k.encodeIQ3XXS, k.encodeIQ3S
	}
	return encoders
}
