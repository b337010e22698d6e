package quantmodels

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// A Model is a small model in memory.
type Model struct {
	Spec     Spec
	Metadata *gguf.Metadata
	Tensors  []Tensor // in the order in which the converter would write them
	Layers   int
}

// A Tensor is one of a Model. Data is encoded as Type says.
type Tensor struct {
	gguf.TensorInfo
	Data []byte
}

// New makes the model of a Spec.
func New(s Spec) (*Model, error) {
	f, ok := families[s.Family]
	if !ok {
		return nil, fmt.Errorf("no family %q", s.Family)
	}
	if s.Width == 0 {
		s.Width = 256
	}
	m := &Model{Spec: s, Layers: f.layers}
	if s.Layers > 0 && f.layers > 0 {
		m.Layers = s.Layers
	}
	m.Metadata = f.metadata(s, m.Layers)
	if err := m.addTensors(f, "", f.outer); err != nil {
		return nil, err
	}
	for layer := range m.Layers {
		list := f.cycle[layer%len(f.cycle)]
		if layer < len(f.lead) {
			list = f.lead[layer]
		}
		if err := m.addTensors(f, "blk."+strconv.Itoa(layer)+".", list); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// metadata returns the keys that llama-quantize wants to see, and more.
func (f *family) metadata(s Spec, layers int) *gguf.Metadata {
	m := new(gguf.Metadata)
	m.Set("general.architecture", gguf.String(f.arch))
	m.Set("general.quantization_version", gguf.Uint32(2)) // comes back at the end
	m.Set("general.name", gguf.String("Model of "+s.Family))
	if s.Align > 0 {
		m.Set("general.alignment", gguf.Uint32(uint32(s.Align)))
	}
	if layers > 0 {
		key := func(name string, v gguf.Value) { m.Set(f.arch+"."+name, v) }
		key("context_length", gguf.Uint32(512))
		key("embedding_length", gguf.Uint32(uint32(s.Width)))
		key("block_count", gguf.Uint32(uint32(layers)))
		key("feed_forward_length", gguf.Uint32(uint32(2*s.Width)))
		key("attention.layer_norm_epsilon", gguf.Float32(1e-5))
		key("attention.layer_norm_rms_epsilon", gguf.Float32(1e-5))
		if len(f.heads) > 0 {
			key("attention.head_count", perLayer(f.heads, layers))
		}
		if len(f.headsKV) > 0 {
			key("attention.head_count_kv", perLayer(f.headsKV, layers))
		}
		if f.experts > 0 {
			key("expert_count", gguf.Uint32(uint32(f.experts)))
			key("expert_used_count", gguf.Uint32(2))
		}
		for _, name := range slices.Sorted(maps.Keys(f.keys)) {
			key(name, f.keys[name])
		}
	}
	if s.Metadata {
		for _, k := range everyType {
			m.Set(k.key, k.value)
		}
	}
	return m
}

func perLayer(v []int32, layers int) gguf.Value {
	if len(v) == 1 {
		return gguf.Uint32(uint32(v[0]))
	}
	all := make([]int32, layers)
	for i := range all {
		all[i] = v[i%len(v)]
	}
	return gguf.Int32s(all)
}

// everyType has keys of all types that metadata can have.
var everyType = []struct {
	key   string
	value gguf.Value
}{
	{"test.uint8", gguf.Uint8(255)}, {"test.int8", gguf.Int8(-128)},
	{"test.uint16", gguf.Uint16(65535)}, {"test.int16", gguf.Int16(-32768)},
	{"test.uint32", gguf.Uint32(1 << 31)}, {"test.int32", gguf.Int32(-1 << 31)},
	{"test.uint64", gguf.Uint64(1 << 63)}, {"test.int64", gguf.Int64(-1 << 63)},
	{"test.float32", gguf.Float32(0.1)}, {"test.float64", gguf.Float64(0.1)},
	{"test.true", gguf.Bool(true)}, {"test.false", gguf.Bool(false)},
	{"test.text", gguf.String("größer\n")}, {"test.empty", gguf.String("")},
	{"test.nul", gguf.String("before\x00behind")}, {"test.nul.first", gguf.String("\x00behind")},
	{"general.file_type", gguf.Uint32(1)},
	{"test.uint8s", gguf.Uint8s([]uint8{0, 255})}, {"test.int8s", gguf.Int8s([]int8{-1})},
	{"test.uint16s", gguf.Uint16s([]uint16{1, 2, 3})}, {"test.int16s", gguf.Int16s([]int16{-1})},
	{"test.uint32s", gguf.Uint32s([]uint32{1, 2})}, {"test.int32s", gguf.Int32s([]int32{-1, 2})},
	{"test.uint64s", gguf.Uint64s([]uint64{1 << 40})}, {"test.int64s", gguf.Int64s([]int64{-1 << 40})},
	{"test.float32s", gguf.Float32s([]float32{0.1, -0.5})}, {"test.float64s", gguf.Float64s([]float64{0.1})},
	{"test.bools", gguf.Bools([]bool{true, false, true})},
	{"test.texts", gguf.Strings([]string{"plain", "", "before\x00behind", "ends\x00"})},
	{"tokenizer.ggml.model", gguf.String("none")},
}

// addTensors adds the tensors of a list, each name behind the prefix.
func (m *Model) addTensors(f family, prefix, list string) error {
	for entry := range strings.SplitSeq(strings.TrimSuffix(list, "; "), "; ") {
		if entry == "" {
			continue
		}
		words := strings.Fields(entry)
		name := prefix + words[0]
		if !strings.HasSuffix(name, ".weight") && !strings.HasSuffix(name, ".bias") {
			name += ".weight"
		}
		if m.Spec.Tied && name == "output.weight" {
			continue
		}
		dims := make([]int64, 0, 4)
		for _, word := range words[1:] {
			d, err := m.length(f, word)
			if err != nil {
				return fmt.Errorf("tensor %s: %w", name, err)
			}
			dims = append(dims, d)
		}
		t, err := m.tensor(name, dims)
		if err != nil {
			return fmt.Errorf("tensor %s: %w", name, err)
		}
		m.Tensors = append(m.Tensors, t)
	}
	return nil
}

func (m *Model) length(f family, word string) (int64, error) {
	switch word {
	case "E":
		return m.Spec.Width, nil
	case "F":
		return 2 * m.Spec.Width, nil
	case "X":
		return int64(f.experts), nil
	}
	return strconv.ParseInt(word, 10, 64)
}

func (m *Model) tensor(name string, dims []int64) (Tensor, error) {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	values := valuesOf(name, m.Spec.Seed, dims[0], n)
	for i, f := range values {
		values[i] = float32(math.Ldexp(float64(f), m.Spec.Scale))
	}
	typ := m.typeOf(name, dims)
	if m.Spec.NaN && len(dims) > 1 && seedOf(name)%3 == 0 && (typ == quantize.F32 || typ == quantize.BF16) {
		values[len(values)/2] = float32(math.NaN())
	}
	size, err := typ.RowBytes(n)
	if err != nil {
		return Tensor{}, err
	}
	data := make([]byte, size)
	if err := quantize.Encode(data, typ, values, quantize.Options{}); err != nil {
		return Tensor{}, err
	}
	if m.Spec.Trailing && len(dims) < 4 {
		dims = append(dims, 1)
	}
	return Tensor{TensorInfo: gguf.TensorInfo{Name: name, Dims: dims, Type: typ}, Data: data}, nil
}

// typeOf returns the type of a tensor in the file: vectors and routers are F32, matrices of the source's type.
func (m *Model) typeOf(name string, dims []int64) quantize.Type {
	if len(dims) < 2 || strings.Contains(name, "ffn_gate_inp") {
		return quantize.F32
	}
	typ := m.Spec.Source
	if m.Spec.Mixed {
		typ = []quantize.Type{quantize.F32, quantize.F16, quantize.BF16}[seedOf(name)%3]
	}
	if dims[0]%int64(typ.BlockSize()) != 0 {
		return quantize.F16
	}
	return typ
}
