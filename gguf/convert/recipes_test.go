package convert

import (
	"context"
	"errors"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
)

// Whatever a plan makes of a model, the types of a recipe are those of a plan
// for it.
func TestRecipeTypes(t *testing.T) {
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plan := func(opts Options) *Plan {
		p, err := NewPlan(context.Background(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return p
	}
	other := plan(Options{Type: "Q2_K", Quantize: QuantizeOptions{Pure: true, OutputType: "q8_0"}})
	for _, ft := range []quantize.FileType{quantize.FileTypeQ4_K_M, quantize.FileTypeQ3_K_L, quantize.FileTypeQ5_0} {
		want := plan(Options{Type: ft.String()})
		got, err := other.RecipeTypes(ft)
		if err != nil {
			t.Fatal(err)
		}
		for i, typ := range got {
			if w := want.Tensors[i]; w.Name != other.Tensors[i].Name || typ != w.Type {
				t.Errorf("%s: tensor %s has type %s, want %s of %s", ft, other.Tensors[i].Name, typ, w.Type, w.Name)
			}
		}
	}
	if _, err := other.RecipeTypes(quantize.FileTypeIQ2_XXS); !errors.Is(err, quantize.ErrImportance) {
		t.Errorf("error %v for a recipe that needs an importance matrix", err)
	}
}
