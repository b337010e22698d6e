package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
)

// llama-quantize renames the tensors behind a pruned layer before it looks up their data, by name: it writes the names
// and types of the layers that are left, with the weights of other layers, among them the pruned ones. nibble writes
// the right weights. To judge the rest, llama-quantize gets a model whose weights are where it will look for them.

var layerInName = regexp.MustCompile(`blk\.(\d+)\.`)

// misplaced returns the model that llama-quantize must be given to prune the layers of m, and false where there is
// none, because the tensors that it mixes up are not alike.
func misplaced(m *quantmodels.Model, layers []int) (*quantmodels.Model, bool) {
	renumbered := renumber(m, layers)
	index := map[string]int{}
	for i, t := range m.Tensors {
		index[t.Name] = i
	}
	moved := *m
	moved.Tensors = slices.Clone(m.Tensors)
	for _, t := range m.Tensors {
		match := layerInName.FindStringSubmatchIndex(t.Name)
		if match == nil {
			continue
		}
		to, left := renumbered[t.Name[match[2]:match[3]]]
		if !left {
			continue
		}
		i, ok := index[t.Name[:match[2]]+strconv.Itoa(to)+t.Name[match[3]:]]
		if !ok || m.Tensors[i].Type != t.Type || !slices.Equal(m.Tensors[i].Dims, t.Dims) {
			return nil, false
		}
		moved.Tensors[i].Data = t.Data
	}
	return &moved, true
}

// renumber returns the new numbers of the layers that are left, by the digits of the old ones.
func renumber(m *quantmodels.Model, pruned []int) map[string]int {
	var layers []int
	for _, t := range m.Tensors {
		if match := layerInName.FindStringSubmatch(t.Name); match != nil {
			n, _ := strconv.Atoi(match[1])
			layers = append(layers, n)
		}
	}
	slices.Sort(layers)
	renumbered := map[string]int{}
	for _, n := range slices.Compact(layers) {
		if !slices.Contains(pruned, n) {
			renumbered[strconv.Itoa(n)] = len(renumbered)
		}
	}
	return renumbered
}

// prunedLayers returns the layers that the arguments prune.
func (c quantizeCase) prunedLayers() ([]int, error) {
	var layers []int
	for i, arg := range c.args[:len(c.args)-1] {
		if arg != "--prune-layers" {
			continue
		}
		for text := range strings.SplitSeq(c.args[i+1], ",") {
			n, err := strconv.Atoi(text)
			if err != nil {
				return nil, fmt.Errorf("layer to prune: %w", err)
			}
			layers = append(layers, n)
		}
	}
	return layers, nil
}
