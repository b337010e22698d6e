package convert

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// widenable lists the types whose values are weights. What is stored in any
// other type is an index or a mask, or quantized in a way that config.json
// would have named.
var widenable = []safetensors.DType{
	safetensors.F64, safetensors.F32, safetensors.F16, safetensors.BF16, safetensors.F8_E4M3, safetensors.F8_E5M2,
}

// sourceTensor is a tensor of the directory under the name by which the
// architecture knows it.
type sourceTensor struct {
	name string
	rows rows
}

// tensors returns what the output holds.
func (m *model) tensors() ([]outTensor, error) {
	sources, err := m.sourceTensors()
	if err != nil {
		return nil, err
	}
	return m.outTensors(sources)
}

// outTensors returns what the output holds, in the reference's order
// (llama.cpp.md, section 4.4): what is computed first, then shard by shard what
// is read, by source name; a stack of experts stands where its last part was
// found.
func (m *model) outTensors(sources []sourceTensor) ([]outTensor, error) {
	layers, err := m.blockCount()
	if err != nil {
		return nil, err
	}
	var out []outTensor
	if m.arch.generate != nil {
		if out, err = m.arch.generate(m); err != nil {
			return nil, err
		}
	}
	var experts *expertStacks
	if m.arch.experts != nil {
		if experts, err = newExpertStacks(m, layers); err != nil {
			return nil, err
		}
	}
	for _, source := range sources {
		if experts != nil && experts.takes(source.name) {
			stacks, err := experts.add(source)
			if err != nil {
				return nil, err
			}
			out = append(out, stacks...)
			continue
		}
		name, ok := m.arch.tensors.find(strings.TrimPrefix(source.name, m.arch.prefix), layers)
		if !ok {
			return nil, m.unmapped(source.name, layers)
		}
		r := source.rows
		if m.arch.shape != nil {
			if r, err = m.arch.shape(m, source.name, r); err != nil {
				return nil, fmt.Errorf("tensor %q: %w", source.name, err)
			}
		}
		out = append(out, outTensor{name: name, rows: r})
	}
	if experts != nil {
		if err := experts.complete(); err != nil {
			return nil, err
		}
	}
	return out, distinct(out)
}

// unmapped says why a source tensor has no place in the output.
func (m *model) unmapped(name string, layers int64) error {
	if _, ok := m.arch.tensors.find(strings.TrimPrefix(name, m.arch.prefix), math.MaxInt64); ok {
		return fmt.Errorf("%s: %w: %d layers, but there is a tensor %q", m.config.where, ErrFormat, layers, name)
	}
	return fmt.Errorf("%w: cannot map tensor %q to a name of architecture %s", ErrUnsupported, name, m.arch.name)
}

// distinct makes sure that no two source tensors came to one name.
func distinct(out []outTensor) error {
	seen := make(map[string]bool, len(out))
	for _, t := range out {
		if seen[t.name] {
			return fmt.Errorf("%w: two tensors come to the name %q", ErrFormat, t.name)
		}
		seen[t.name] = true
	}
	return nil
}

// sourceTensors returns the tensors of the directory that belong to the
// language model, with their scales applied.
func (m *model) sourceTensors() ([]sourceTensor, error) {
	var sources []sourceTensor
	types := map[string]safetensors.DType{}
	for _, t := range m.dir.weights.Tensors() {
		name := t.Name
		if m.arch.keep != nil {
			var ok bool
			if name, ok = m.arch.keep(name); !ok {
				continue
			}
		}
		if !isLanguage(name) {
			continue
		}
		name = strings.ReplaceAll(name, "language_model.", "")
		if isBuffer(name) {
			continue
		}
		if t.Values() == 0 {
			return nil, fmt.Errorf("%w: tensor %q: shape %v has no values", ErrFormat, t.Name, t.Shape)
		}
		sources = append(sources, sourceTensor{name, tensorRows(t)})
		types[name] = t.DType
	}
	sources, err := m.applyScales(sources)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if !slices.Contains(widenable, types[s.name]) {
			return nil, fmt.Errorf("%w: tensor %q has type %s, which is none of a weight", ErrUnsupported, s.name, types[s.name])
		}
	}
	return sources, nil
}
