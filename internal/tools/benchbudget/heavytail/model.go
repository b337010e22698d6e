// Package heavytail makes models whose tensors differ in what quantization does to them: some have weights with
// heavy tails, some a few columns of large weights, and columns matter unequally. Trained models are like that, if
// less so. The models are GGUF files in BF16, with importance matrices; no program can run them.
package heavytail

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// A Spec says what to make.
type Spec struct {
	Name    string
	Layers  int
	Width   int64 // of rows: a whole number of super-blocks
	Hidden  int64 // of the feed-forward layers, of each expert
	Words   int64 // of the vocabulary
	Experts int64 // 0: none
	Seed    uint64

	// Tails are the degrees of freedom of Student's t distributions: the fewer, the heavier the tails. Each tensor
	// has one of them.
	Tails []int

	// Outliers is how many columns of a tensor are large, in every other tensor.
	Outliers int
}

// Models are those that budgets are held against recipes on.
var Models = []Spec{
	{Name: "tails", Layers: 8, Width: 256, Hidden: 768, Words: 2048, Seed: 1, Tails: []int{3, 4, 6, 12}},
	{Name: "experts", Layers: 4, Width: 256, Hidden: 512, Words: 1024, Experts: 4, Seed: 2, Tails: []int{4, 8}, Outliers: 3},
}

const queryGroups = 4 // queries to each key and value

// tensors returns all tensors, as the model's file has them.
func (s *Spec) tensors() []gguf.TensorInfo {
	var all []gguf.TensorInfo
	add := func(name string, dims ...int64) {
		t := quantize.BF16
		if len(dims) == 1 {
			t = quantize.F32
		}
		all = append(all, gguf.TensorInfo{Name: name + ".weight", Dims: dims, Type: t})
	}
	add("token_embd", s.Width, s.Words)
	for layer := range s.Layers {
		in := fmt.Sprintf("blk.%d.", layer)
		add(in+"attn_norm", s.Width)
		add(in+"attn_q", s.Width, s.Width)
		add(in+"attn_k", s.Width, s.Width/queryGroups)
		add(in+"attn_v", s.Width, s.Width/queryGroups)
		add(in+"attn_output", s.Width, s.Width)
		add(in+"ffn_norm", s.Width)
		if s.Experts == 0 {
			add(in+"ffn_gate", s.Width, s.Hidden)
			add(in+"ffn_up", s.Width, s.Hidden)
			add(in+"ffn_down", s.Hidden, s.Width)
			continue
		}
		add(in+"ffn_gate_inp", s.Width, s.Experts)
		add(in+"ffn_gate_exps", s.Width, s.Hidden, s.Experts)
		add(in+"ffn_up_exps", s.Width, s.Hidden, s.Experts)
		add(in+"ffn_down_exps", s.Hidden, s.Width, s.Experts)
	}
	add("output_norm", s.Width)
	add("output", s.Width, s.Words)
	return all
}

// Write writes the model to path.
func (s *Spec) Write(path string) error {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	meta.Set("general.name", gguf.String(s.Name))
	for _, key := range []struct {
		name  string
		value int64
	}{
		{"block_count", int64(s.Layers)}, {"context_length", 1024}, {"embedding_length", s.Width}, {"feed_forward_length", s.Hidden},
		{"attention.head_count", 2 * queryGroups}, {"attention.head_count_kv", 2}, {"expert_count", s.Experts},
	} {
		if key.value > 0 {
			meta.Set("llama."+key.name, gguf.Uint32(uint32(key.value)))
		}
	}
	return write(path, meta, s.tensors(), s.weights)
}

// write writes a file of the tensors that values makes.
func write(path string, meta *gguf.Metadata, tensors []gguf.TensorInfo, values func(i int, t *gguf.TensorInfo) []float32) error {
	layout, err := gguf.NewLayout(meta, tensors)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	w, err := gguf.NewWriter(&file, layout)
	if err != nil {
		return err
	}
	for i := range tensors {
		data, err := quantize.AppendEncode(nil, tensors[i].Type, values(i, &tensors[i]), quantize.Options{})
		if err != nil {
			return err
		}
		if err := w.WriteTensor(i, bytes.NewReader(data)); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, file.Bytes(), 0o666)
}

// weights draws the weights of a tensor.
func (s *Spec) weights(i int, t *gguf.TensorInfo) []float32 {
	columns, n := t.Dims[0], int64(1)
	for _, d := range t.Dims {
		n *= d
	}
	values := make([]float32, n)
	random := rand.New(rand.NewPCG(s.Seed, uint64(i)))
	if len(t.Dims) == 1 {
		for j := range values {
			values[j] = float32(1 + random.NormFloat64()/10)
		}
		return values
	}
	scales := make([]float64, columns)
	size := math.Exp(random.NormFloat64()/2) / math.Sqrt(float64(columns))
	for j := range scales {
		scales[j] = size
	}
	if i%2 == 0 {
		for range s.Outliers {
			scales[random.Int64N(columns)] *= 4 + 8*random.Float64()
		}
	}
	freedom := s.Tails[i%len(s.Tails)]
	for j := range values {
		values[j] = float32(studentT(random, freedom) * scales[int64(j)%columns])
	}
	return values
}

// studentT draws from Student's t distribution, of variance 1.
func studentT(random *rand.Rand, freedom int) float64 {
	var squares float64
	for range freedom {
		x := random.NormFloat64()
		squares += x * x
	}
	return random.NormFloat64() / math.Sqrt(squares/float64(freedom-2))
}

// WriteMatrix writes an importance matrix for the model to path: entries for all tensors but the token embeddings, as
// llama-imatrix makes them. The weights of a tensor span a few orders of magnitude.
func (s *Spec) WriteMatrix(path string) error {
	meta := new(gguf.Metadata)
	meta.Set("general.type", gguf.String("imatrix"))
	meta.Set("imatrix.datasets", gguf.Strings([]string{"none"}))
	meta.Set("imatrix.chunk_count", gguf.Uint32(1))
	meta.Set("imatrix.chunk_size", gguf.Uint32(512))
	const count = 512
	var entries []gguf.TensorInfo
	for _, t := range s.tensors() {
		if len(t.Dims) == 1 || quantize.IsTokenEmbedding(t.Name) {
			continue
		}
		matrices := int64(1)
		if len(t.Dims) > 2 {
			matrices = t.Dims[2]
		}
		entries = append(entries,
			gguf.TensorInfo{Name: t.Name + ".in_sum2", Dims: []int64{t.Dims[0], matrices}},
			gguf.TensorInfo{Name: t.Name + ".counts", Dims: []int64{1, matrices}})
	}
	return write(path, meta, entries, func(i int, t *gguf.TensorInfo) []float32 {
		values := make([]float32, t.Dims[0]*t.Dims[1])
		random := rand.New(rand.NewPCG(s.Seed+1000, uint64(i)))
		for j := range values {
			values[j] = count
			if strings.HasSuffix(t.Name, ".in_sum2") {
				values[j] *= float32(math.Exp(1.5 * random.NormFloat64()))
			}
		}
		return values
	})
}
