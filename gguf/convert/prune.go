package convert

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/quantize"
)

// layerInName finds the layer number in a tensor's name: "blk.7.attn_q.weight",
// and that of a projector, "v.blk.7.attn_q.weight".
var layerInName = regexp.MustCompile(`blk\.(\d+)\.`)

// prune leaves out the tensors of the given layers and numbers the others anew,
// in llama-quantize's order. It returns how many layers are left, and -1 where
// none was to be pruned.
func (p *Plan) prune(layers []int) (int, error) {
	if len(layers) == 0 {
		return -1, nil
	}
	order := make([]*Tensor, len(p.Tensors))
	for i := range p.Tensors {
		order[i] = &p.Tensors[i]
	}
	slices.SortStableFunc(order, func(a, b *Tensor) int { return quantize.CompareTensorNames(a.Name, b.Name) })

	first := slices.Min(layers)
	next := 0
	renumbered := map[int]int{} // by old number; -1: pruned
	for _, t := range order {
		at := layerInName.FindStringSubmatchIndex(t.Name)
		if at == nil {
			continue
		}
		layer, err := strconv.Atoi(t.Name[at[2]:at[3]])
		if err != nil {
			return 0, tensorError(t, fmt.Errorf("%w: layer number: %w", ErrUnsupported, err))
		}
		number, seen := renumbered[layer]
		if !seen {
			switch {
			case slices.Contains(layers, layer):
				number = -1
			case layer < first:
				number, next = layer, layer+1
			default:
				number = next
				next++
			}
			renumbered[layer] = number
		}
		if number < 0 {
			t.Name = ""
			continue
		}
		t.Name = t.Name[:at[2]] + strconv.Itoa(number) + t.Name[at[3]:]
	}
	for _, layer := range layers {
		if _, there := renumbered[layer]; !there {
			return 0, fmt.Errorf("%w: layer %d is to be pruned, and the model has none of that number", ErrUnsupported, layer)
		}
	}
	p.Tensors = slices.DeleteFunc(p.Tensors, func(t Tensor) bool { return t.Name == "" })
	return next, nil
}
