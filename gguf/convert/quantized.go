package convert

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// quantizationVersion is the value of general.quantization_version: the
// revision of ggml's block formats.
const quantizationVersion = 2

const fileTypeKey = "general.file_type"

// quantize turns the plan's tensors into those that llama-quantize makes of a
// file that holds them in source precision with the given metadata, and returns
// the metadata of its output (llama.cpp.md, section 2.2).
func (p *Plan) quantize(meta *gguf.Metadata, to target, q QuantizeOptions) (*gguf.Metadata, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if q.Imatrix != nil && q.Imatrix.Len() == 0 {
		q.Imatrix = nil // nothing is left of it, as if there were none
	}
	overrides, err := parseOverrides(q.Overrides)
	if err != nil {
		return nil, err
	}
	if err := p.checkMatrix(q.Imatrix); err != nil {
		return nil, err
	}
	layers, err := p.prune(q.PruneLayers)
	if err != nil {
		return nil, err
	}
	if !q.KeepSplit {
		slices.SortStableFunc(p.Tensors, func(a, b Tensor) int {
			return quantize.CompareTensorNames(a.Name, b.Name)
		})
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		t.precision = t.Type
		if len(t.Shape) == 0 { // a single value, which ggml counts as a row
			t.Shape = []int64{1}
		}
		for len(t.Shape) > 1 && t.Shape[0] == 1 {
			t.Shape = t.Shape[1:]
		}
	}
	if !to.copies {
		if err := p.chooseTypes(recipeModel(meta, overrides), to.fileType, q); err != nil {
			return nil, err
		}
	}
	if err := p.weigh(q.Imatrix, to.fileType); err != nil {
		return nil, err
	}
	if !q.SizesOnly {
		if err := p.checkImportance(); err != nil {
			return nil, err
		}
	}
	out, err := quantizedMetadata(meta, to.fileType)
	if err != nil {
		return nil, err
	}
	for _, o := range slices.Concat(overrides, imatrixKeys(q.Imatrix)) {
		appendKey(out, o.key, o.value)
	}
	if layers >= 0 {
		appendKey(out, p.Architecture+".block_count", gguf.Uint32(uint32(layers)))
	}
	return out, nil
}

// appendKey sets a key as ggml does: one that is there moves to the end.
func appendKey(m *gguf.Metadata, key string, v gguf.Value) {
	m.Delete(key)
	m.Set(key, v)
}

// quantizedMetadata returns the metadata as llama-quantize writes it for the
// given input: the keys in the order of the input, the version and the file
// type taken out and appended at the end, strings cut at an embedded NUL, and
// nothing of a split set.
func quantizedMetadata(in *gguf.Metadata, ft quantize.FileType) (*gguf.Metadata, error) {
	out := new(gguf.Metadata)
	for key, v := range in.All() {
		switch {
		case v.Type() == gguf.TypeString:
			s, _ := v.Text()
			v = gguf.String(cutAtNUL(s))
		case v.Type() == gguf.TypeArray && v.ElemType() == gguf.TypeString:
			texts, err := v.Strings()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			if slices.ContainsFunc(texts, hasNUL) {
				texts = slices.Clone(texts)
				for i, s := range texts {
					texts[i] = cutAtNUL(s)
				}
				v = gguf.Strings(texts)
			}
		}
		out.Set(key, v)
	}
	appendKey(out, "general.quantization_version", gguf.Uint32(quantizationVersion))
	appendKey(out, fileTypeKey, gguf.Uint32(uint32(ft)))
	for _, key := range []string{"split.no", "split.count", "split.tensors.count"} {
		out.Delete(key)
	}
	return out, nil
}

func hasNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }

func cutAtNUL(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// chooseTypes gives each tensor the type that the recipe or the options choose
// for it. What the recipe leaves alone keeps the type that it has.
func (p *Plan) chooseTypes(model quantize.Model, ft quantize.FileType, q QuantizeOptions) error {
	shapes := make([]quantize.TensorShape, len(p.Tensors))
	for i := range p.Tensors {
		t := &p.Tensors[i]
		shapes[i] = quantize.TensorShape{Name: t.Name, Dims: innermostFirst(t.Shape)}
	}
	var choices []quantize.Choice
	var err error
	if len(q.Types) > 0 {
		p.Mixture = true
		choices, err = exactChoices(shapes, q.Types)
	} else {
		var opts quantize.RecipeOptions
		if opts, err = q.recipeOptions(); err != nil {
			return err
		}
		choices, err = ft.Choose(model, shapes, opts)
		p.Unmatched = unmatched(q.TensorTypes, shapes)
	}
	if err != nil {
		return err
	}
	for i, c := range choices {
		if !c.Quantize {
			continue
		}
		t := &p.Tensors[i]
		t.Type, t.Wanted = c.Type, c.Wanted
		if err := t.checkSource(q.AllowRequantize); err != nil {
			return err
		}
		if t.Bytes, err = t.Type.RowBytes(t.Values()); err != nil {
			return tensorError(t, err)
		}
	}
	return nil
}

// unmatched returns the patterns that match the name of no tensor.
func unmatched(types []TensorType, shapes []quantize.TensorShape) []string {
	var patterns []string
	for i := range types {
		matches, err := compileTensorTypes(types[i : i+1])
		if err == nil && !slices.ContainsFunc(shapes, func(s quantize.TensorShape) bool {
			_, ok := matches(s.Name)
			return ok
		}) {
			patterns = append(patterns, types[i].Pattern)
		}
	}
	return patterns
}

// exactChoices takes the types by name.
func exactChoices(shapes []quantize.TensorShape, types map[string]string) ([]quantize.Choice, error) {
	choices := make([]quantize.Choice, len(shapes))
	named := 0
	for i, s := range shapes {
		name, ok := types[s.Name]
		if !ok {
			if s.Quantizable() {
				return nil, fmt.Errorf("tensor %q: %w: no type is given for it", s.Name, ErrUnsupported)
			}
			continue
		}
		named++
		t, err := quantize.ParseType(name)
		if err != nil {
			return nil, tensorNameError(s.Name, err)
		}
		choices[i] = quantize.Choice{Quantize: true, Type: t, Wanted: t}
	}
	if named < len(types) {
		known := make(map[string]bool, len(shapes))
		for _, s := range shapes {
			known[s.Name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(types)) {
			if !known[name] {
				return nil, fmt.Errorf("tensor %q: %w: a type is given for it, and the model has no such tensor", name, ErrUnsupported)
			}
		}
	}
	return choices, nil
}

// checkSource makes sure that the tensor can become what it is to become.
func (t *Tensor) checkSource(allowRequantize bool) error {
	from := t.precision
	switch {
	case t.Type == from:
		return nil
	case !t.Type.CanEncode():
		return fmt.Errorf("tensor %q: %w: nothing can be quantized to %s", t.Name, quantize.ErrUnsupported, t.Type)
	case from == quantize.F32, from == quantize.F16, from == quantize.BF16:
		return nil
	case from.BlockSize() == 1:
		return fmt.Errorf("tensor %q: %w: %s cannot be quantized to %s", t.Name, ErrUnsupported, from, t.Type)
	case !allowRequantize:
		return &RequantizeError{Tensor: t.Name, From: from, To: t.Type}
	}
	return nil
}

// recipeModel gathers what the recipes ask about a model from its metadata. An
// override counts where it has the type of the key's value. It counts where
// there is no such key, too, but for the heads: llama.cpp passes over these. Of
// several for a key it goes by the first, and writes the last.
func recipeModel(meta *gguf.Metadata, overrides []override) quantize.Model {
	if len(overrides) > 0 {
		meta = meta.Clone()
		for _, o := range slices.Backward(overrides) {
			v, ok := meta.Get(o.key)
			if ok && v.Type() == o.value.Type() || !ok && !strings.Contains(o.key, ".attention.head_count") {
				meta.Set(o.key, o.value)
			}
		}
	}
	number := func(key string) int {
		v, ok := meta.Get(key)
		if !ok {
			return 0
		}
		if v.Type() == gguf.TypeArray { // one a layer: llama-quantize asks for the first
			if all, err := v.Ints(); err == nil && len(all) > 0 {
				return int(all[0])
			}
			return 0
		}
		n, _ := v.Uint()
		return int(n)
	}
	arch := architectureOf(meta)
	m := quantize.Model{
		Architecture: arch,
		BlockCount:   number(arch + ".block_count"),
		HeadCount:    number(arch + ".attention.head_count"),
		HeadCountKV:  number(arch + ".attention.head_count_kv"),
		ExpertCount:  number(arch + ".expert_count"),
	}
	if _, grouped := meta.Get(arch + ".attention.head_count_kv"); !grouped {
		m.HeadCountKV = m.HeadCount
	}
	return m
}

func architectureOf(meta *gguf.Metadata) string {
	v, _ := meta.Get("general.architecture")
	arch, _ := v.Text()
	return arch
}
