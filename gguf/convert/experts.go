package convert

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// expertNames says how the experts of a layer are stored: in tensors of their
// own, named layers.L.WITHIN.E.PART.weight, or already stacked.
type expertNames struct {
	within string       // what the names of experts have and others have not
	parts  []expertPart // in the order in which their stacks are written
	count  []string     // keys of the number of experts

	// fused reports that a checkpoint may hold the experts stacked, gate and
	// up in one tensor.
	fused bool
}

// An expertPart is one matrix of an expert.
type expertPart struct {
	source string // in a source name: "down_proj"
	stack  string // GGUF name within the layer: "ffn_down_exps"
}

// expertStacks gathers the experts of all layers.
type expertStacks struct {
	names   *expertNames
	layers  int64
	experts int64
	found   map[string]map[string]sourceTensor // by layer, by "E.PART.weight"
}

// maxExperts bounds the experts of a layer; the largest published models have
// a few hundred.
const maxExperts = 1 << 16

func newExpertStacks(m *model, layers int64) (*expertStacks, error) {
	experts, err := m.config.needPositive(m.arch.experts.count...)
	if err != nil {
		return nil, err
	}
	if experts > maxExperts {
		key, _ := m.config.find(m.arch.experts.count...)
		return nil, m.config.fault(key, fmt.Sprintf("%d experts, more than %d", experts, maxExperts))
	}
	return &expertStacks{m.arch.experts, layers, experts, map[string]map[string]sourceTensor{}}, nil
}

// takes reports whether a source tensor is part of an expert.
func (e *expertStacks) takes(name string) bool { return strings.Contains(name, e.names.within) }

// add takes a part and returns the stacks of its layer, once all of their
// parts are there.
func (e *expertStacks) add(source sourceTensor) ([]outTensor, error) {
	_, layer, after, ok := cutLayer(source.name)
	i, err := strconv.ParseInt(layer, 10, 64)
	if !ok || err != nil || i >= e.layers {
		return nil, fmt.Errorf("%w: cannot map tensor %q: no layer of the model", ErrUnsupported, source.name)
	}
	_, rest, _ := strings.Cut(after, e.names.within)
	rest = strings.TrimPrefix(rest, ".")
	if e.names.fused {
		if stacks, ok, err := e.split(layer, rest, source); ok || err != nil {
			return stacks, err
		}
	}
	if !e.isPart(rest) {
		return nil, fmt.Errorf("%w: cannot map tensor %q: no part of an expert", ErrUnsupported, source.name)
	}
	parts := e.found[layer]
	if parts == nil {
		parts = map[string]sourceTensor{}
		e.found[layer] = parts
	}
	parts[rest] = source
	if int64(len(parts)) < e.experts*int64(len(e.names.parts)) {
		return nil, nil
	}
	delete(e.found, layer)
	return e.stack(layer, parts)
}

// isPart reports whether what follows the expert's place in a name is the
// number of an expert and one of its matrices.
func (e *expertStacks) isPart(rest string) bool {
	number, part, _ := strings.Cut(rest, ".")
	i, err := strconv.ParseInt(number, 10, 64)
	return err == nil && 0 <= i && i < e.experts && strconv.FormatInt(i, 10) == number &&
		slices.ContainsFunc(e.names.parts, func(p expertPart) bool { return p.source+".weight" == part })
}

func (e *expertStacks) stack(layer string, parts map[string]sourceTensor) ([]outTensor, error) {
	var out []outTensor
	for _, part := range e.names.parts {
		stack := make([]rows, e.experts)
		for i := range stack {
			p := parts[strconv.Itoa(i)+"."+part.source+".weight"]
			if i > 0 && !slices.Equal(p.rows.shape(), stack[0].shape()) {
				return nil, fmt.Errorf("%w: tensor %q: shape %v, where expert 0 has %v", ErrFormat, p.name, p.rows.shape(), stack[0].shape())
			}
			stack[i] = p.rows
		}
		out = append(out, outTensor{name: "blk." + layer + "." + part.stack + ".weight", rows: stacked(stack)})
	}
	return out, nil
}

// split takes a tensor that holds all experts of a layer: down_proj as it is,
// gate_up_proj in two, each expert's first rows and its last.
func (e *expertStacks) split(layer, rest string, source sourceTensor) (out []outTensor, ok bool, err error) {
	prefix := "blk." + layer + "."
	shape := source.rows.shape()
	switch strings.TrimSuffix(rest, ".weight") {
	case "down_proj":
		return []outTensor{{name: prefix + "ffn_down_exps.weight", rows: source.rows}}, true, nil
	case "gate_up_proj":
		if len(shape) != 3 || shape[0] != e.experts || shape[1]%2 != 0 {
			return nil, false, fmt.Errorf("%w: tensor %q: shape %v does not split into gate and up of %d experts", ErrFormat, source.name, shape, e.experts)
		}
		half := shape[1] / 2
		flat := reshaped(source.rows, []int64{shape[0] * shape[1], shape[2]})
		gate, up := make([]rows, shape[0]), make([]rows, shape[0])
		for i := range gate {
			first := int64(i) * shape[1]
			gate[i], up[i] = rowRange(flat, first, half), rowRange(flat, first+half, half)
		}
		return []outTensor{
			{name: prefix + "ffn_gate_exps.weight", rows: stacked(gate)},
			{name: prefix + "ffn_up_exps.weight", rows: stacked(up)},
		}, true, nil
	}
	return nil, false, nil
}

// complete makes sure that no layer misses a part.
func (e *expertStacks) complete() error {
	for layer, parts := range e.found {
		return fmt.Errorf("%w: layer %s has %d of the %d tensors of its experts", ErrFormat, layer, len(parts), e.experts*int64(len(e.names.parts)))
	}
	return nil
}
