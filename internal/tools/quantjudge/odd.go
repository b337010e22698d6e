package main

import (
	"slices"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
	"github.com/nibble-go/nibble/quantize"
)

// Where --pure, --output-tensor-type or --token-embedding-type ask for a type whose blocks do not fit into rows,
// llama-quantize aborts or writes nonsense, and nibble takes the type that recipes fall back on. llama-quantize falls
// back too where a tensor's type is asked for by pattern, so that the case can be judged in other words.

// oddRows reports whether a type that one of the flags asks for does not fit into the rows of a tensor.
func (c quantizeCase) oddRows(m *quantmodels.Model, ft quantize.FileType) bool {
	return slices.ContainsFunc(m.Tensors, func(t quantmodels.Tensor) bool {
		shape := quantize.TensorShape{Name: t.Name, Dims: t.Dims}
		if !shape.Quantizable() {
			return false
		}
		asked, ok := c.asked(t.Name, ft)
		return ok && asked.BlockSize() > 0 && t.Dims[0]%int64(asked.BlockSize()) != 0
	})
}

// asked returns the type that the three flags give to a tensor.
func (c quantizeCase) asked(name string, ft quantize.FileType) (quantize.Type, bool) {
	if text, ok := c.value("--token-embedding-type"); ok && quantize.IsTokenEmbedding(name) {
		t, err := quantize.ParseType(text)
		return t, err == nil
	}
	if text, ok := c.value("--output-tensor-type"); ok && name == "output.weight" {
		t, err := quantize.ParseType(text)
		return t, err == nil && !c.has("--leave-output-tensor")
	}
	return ft.Default(), c.has("--pure")
}

// spelledOut returns llama-quantize's flags for a case with rows that a type asked for does not fit into: what is asked
// for becomes patterns, before those that are among the flags. Output and embeddings come first, as they do among the
// flags, and --pure passes over all other patterns.
func spelledOut(m *quantmodels.Model, ft quantize.FileType, flags []string) []string {
	hasOutput := slices.ContainsFunc(m.Tensors, func(t quantmodels.Tensor) bool { return t.Name == "output.weight" })
	var first, pure, rest []string
	for i := 0; i < len(flags); i++ {
		switch {
		case flags[i] == "--pure":
			pure = []string{"--tensor-type", ".=" + ft.Default().String()}
		case flags[i] == "--output-tensor-type" && hasOutput: // else it says something about the embeddings
			i++
			first = append(first, "--tensor-type", `^output\.weight$=`+flags[i])
		case flags[i] == "--token-embedding-type":
			i++
			first = append(first, "--tensor-type", `^(per_layer_)?token_embd\.weight$=`+flags[i])
		default:
			rest = append(rest, flags[i])
		}
	}
	return slices.Concat(first, pure, rest)
}
