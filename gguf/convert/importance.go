package convert

import (
	"fmt"
	"slices"

	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// checkMatrix makes sure that the importance matrix belongs to the model: it has
// an entry for a tensor at least, be it of a layer that will be pruned. Nil:
// there is none.
func (p *Plan) checkMatrix(m *imatrix.Matrix) error {
	known := func(t Tensor) bool {
		_, ok := m.Entry(t.entry)
		return ok
	}
	if m == nil || slices.ContainsFunc(p.Tensors, known) {
		return nil
	}
	return fmt.Errorf("%s: %w: it is of another model: none of its %d entries is a tensor of this one", m.Name, quantize.ErrImportance, m.Len())
}

// weigh gives the tensors that are quantized their entries of the importance
// matrix. Nil: there is none, and the recipe does without or is not carried out.
func (p *Plan) weigh(m *imatrix.Matrix, ft quantize.FileType) error {
	if m == nil {
		for i := range p.Tensors {
			if t := &p.Tensors[i]; t.Type != t.precision && ft.NeedsImportance(t.Name, t.Type) {
				p.NeedImportance = append(p.NeedImportance, t.Name)
			}
		}
		return nil
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		if t.Type == t.precision {
			continue
		}
		if entry, ok := m.Entry(t.entry); ok {
			columns, matrices := rowLength(t.Shape), t.matrices()
			if entry.Values == columns*matrices {
				t.importance = entry
				continue
			}
			// Matrices are often made without the token embeddings in mind;
			// llama-quantize goes on without weights too.
			if !quantize.IsTokenEmbedding(t.Name) {
				return fmt.Errorf("%s: tensor %q: %w: %d weights, where %d matrices of %d columns have %d",
					m.Name, t.entry, quantize.ErrImportance, entry.Values, matrices, columns, columns*matrices)
			}
		}
		if ft.NeedsImportance(t.Name, t.Type) {
			return fmt.Errorf("%s: tensor %q: %w: no entry for it, and %s needs one", m.Name, t.entry, quantize.ErrImportance, t.Type)
		}
		p.Unweighted = append(p.Unweighted, t.Name)
	}
	return nil
}

// checkImportance makes sure that no tensor lacks the importance weights that
// its type needs.
func (p *Plan) checkImportance() error {
	if len(p.NeedImportance) == 0 {
		return nil
	}
	return fmt.Errorf("tensor %q: %w: none are there, and its type needs them", p.NeedImportance[0], quantize.ErrImportance)
}

// matrices returns the number of matrices in the tensor, one for each expert of
// a stack. Each has importance weights of its own.
func (t *Tensor) matrices() int64 {
	if len(t.Shape) < 3 {
		return 1
	}
	return valueCount(t.Shape[:len(t.Shape)-2])
}
