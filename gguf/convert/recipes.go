package convert

import (
	"slices"

	"github.com/nibble-go/nibble/quantize"
)

// RecipeTypes returns the type of each tensor of the plan in a file of the given
// type that is made by the plain recipe, with the plan's importance matrix but
// without its other options. The errors are those of [quantize.FileType.Choose].
func (p *Plan) RecipeTypes(ft quantize.FileType) ([]quantize.Type, error) {
	shapes := make([]quantize.TensorShape, len(p.Tensors))
	for i := range p.Tensors {
		t := &p.Tensors[i]
		shapes[i] = quantize.TensorShape{Name: t.Name, Dims: innermostFirst(t.Shape)}
	}
	choices, err := ft.Choose(recipeModel(p.Files[0].Metadata, nil), shapes, quantize.RecipeOptions{
		HasImportance: slices.ContainsFunc(p.Tensors, func(t Tensor) bool { return t.importance != nil }),
	})
	if err != nil {
		return nil, err
	}
	types := make([]quantize.Type, len(choices))
	for i, c := range choices {
		types[i] = p.Tensors[i].Type
		if c.Quantize {
			types[i] = c.Type
		}
	}
	return types, nil
}
