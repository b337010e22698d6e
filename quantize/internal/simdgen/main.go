// Command simdgen writes the kernels of package quantize for WebAssembly's vectors of
// 128 bits: a module of its own, because Go's compiler has no vectors on WebAssembly.
//
//	go run ./internal/simdgen -o kernel_simd128.wasm
//
// The kernels are those of kernelgen, which has them for amd64, on the same laneSet. A
// lane is a sub-block: every sum has the order that the format asks for. A row of 16
// lanes is four vectors. Nothing is fused and nothing approximated: there are no
// relaxed operations among those of function.go.
//
// The pseudo-minimum and -maximum return their first operand for equal zeros and for
// NaN, the destination's old value here: the first of the zeros remains, as in the plain
// code. Lanes without an answer (all values equal, no determinant) compute infinities
// and NaN and are masked at the end. No address depends on a value but that of the
// first value of some magnitude in a block, whose index has five bits.
//
// There is no memory of their own for tables: those of 16 bytes are constants. A second
// module, which calls the kernels by a table, rides in a custom section: see calls.go.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	output := flag.String("o", "", "write the module to this `file`")
	flag.Parse()
	if err := os.WriteFile(*output, newModule().bytes(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "simdgen:", err)
		os.Exit(1)
	}
}

// newModule makes the kernels.
func newModule() *module {
	m := new(module)
	m.transpose()
	m.weights()
	m.minSearch("minSearch", false)
	m.minSearch("minSearchAbsolute", true)
	m.roundScalesMins()
	m.symmetricSearch()
	m.descentSearch()
	m.codebookSearch()
	m.picks()
	m.requantize()
	m.blocks()
	m.errorSums()
	m.finite()
	m.halves()
	m.copies()
	m.decoders()
	return m
}
