package imatrix_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/nibble-go/nibble/gguf/imatrix"
)

// Read the weights of one matrix of a stack of experts, here of two columns
// each.
func ExampleOpen() {
	m, err := imatrix.Open("testdata/edges.gguf")
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	fmt.Println(m.Len(), "entries, made of", m.Chunks, "chunks of", m.Datasets)

	e, ok := m.Entry("blk.0.experts.weight")
	if !ok {
		log.Fatal("no weights for this tensor")
	}
	const columns, expert = 2, 4
	weights := make([]float32, columns)
	if err := e.ReadAt(weights, expert*columns); err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Values/columns, "experts, number", expert, "has", weights)
	// Output:
	// 3 entries, made of 7 chunks of [a.txt b.txt]
	// 12 experts, number 4 has [2.5 3]
}

// Use the weights of some tensors alone.
func ExampleMatrix_Keep() {
	m, err := imatrix.Open("testdata/edges.dat")
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	for _, name := range m.Keep(func(name string) bool { return !strings.Contains(name, ".zero") }).Names() {
		fmt.Println(name)
	}
	// Output:
	// blk.0.many.weight
	// blk.0.most.weight
	// blk.0.three.weight
}
