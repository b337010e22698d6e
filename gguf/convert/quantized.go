package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// quantizationVersion is the value of general.quantization_version: the
// revision of ggml's block formats.
const quantizationVersion = 2

// quantizedMetadata returns the metadata as llama-quantize writes it for the
// given input: the keys in the order of the input, the version and the file
// type taken out and appended at the end, strings cut at an embedded NUL
// (llama.cpp.md, section 2.2).
func quantizedMetadata(in *gguf.Metadata, ft quantize.FileType) (*gguf.Metadata, error) {
	out := new(gguf.Metadata)
	for key, v := range in.All() {
		switch {
		case key == "general.quantization_version" || key == "general.file_type":
			continue
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
	out.Set("general.quantization_version", gguf.Uint32(quantizationVersion))
	out.Set("general.file_type", gguf.Uint32(uint32(ft)))
	return out, nil
}

func hasNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }

func cutAtNUL(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// applyRecipe turns the tensors of a file in source precision into those that
// llama-quantize makes of it: its order, its types, and dimensions without
// trailing ones. What the recipe leaves alone keeps the type that it had.
func applyRecipe(tensors []Tensor, meta *gguf.Metadata, ft quantize.FileType) error {
	slices.SortStableFunc(tensors, func(a, b Tensor) int {
		return quantize.CompareTensorNames(a.Name, b.Name)
	})
	shapes := make([]quantize.TensorShape, len(tensors))
	for i := range tensors {
		t := &tensors[i]
		for len(t.Shape) > 1 && t.Shape[0] == 1 {
			t.Shape = t.Shape[1:]
		}
		shapes[i] = quantize.TensorShape{Name: t.Name, Dims: innermostFirst(t.Shape)}
	}
	choices, err := ft.Choose(recipeModel(meta), shapes, quantize.RecipeOptions{})
	if err != nil {
		return err
	}
	for i, c := range choices {
		t := &tensors[i]
		if !c.Quantize {
			continue
		}
		t.precision, t.Type, t.Wanted = t.Type, c.Type, c.Wanted
		if t.Bytes, err = t.Type.RowBytes(t.Values()); err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

// recipeModel gathers what the recipes ask about a model from its metadata.
func recipeModel(meta *gguf.Metadata) quantize.Model {
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
	var arch string
	if v, ok := meta.Get("general.architecture"); ok {
		arch, _ = v.Text()
	}
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
