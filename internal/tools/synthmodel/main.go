// Command synthmodel makes a model directory of any size, to measure conversions with: a Llama in BF16, sharded as
// models of its size are, with the sample model's vocabulary. The weights are noise, the same on every machine.
//
//	go run ./internal/tools/synthmodel -size 2GiB -shard 512MiB DIR
//	go run ./internal/tools/synthmodel -size 2GiB -experts 64 -imatrix FILE.dat FILE.gguf
//
// With -experts it makes a mixture of experts as one GGUF file in BF16, and an importance matrix for it.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/sample"
)

func main() {
	size := flag.String("size", "1GiB", "size of the weights, rounded up to whole layers (MiB or GiB)")
	shard := flag.String("shard", "512MiB", "size at which a new shard begins")
	experts := flag.Int("experts", 0, "make a GGUF file with so many experts a layer instead of a directory")
	matrix := flag.String("imatrix", "", "importance matrix to make for the GGUF file")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: synthmodel [-size 1GiB] [-shard 512MiB] DIR\n       synthmodel [-size 1GiB] -experts N [-imatrix FILE] FILE.gguf")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	var err error
	if *experts > 0 {
		err = runGGUF(flag.Arg(0), *size, *experts, *matrix)
	} else {
		err = run(flag.Arg(0), *size, *shard)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "synthmodel:", err)
		os.Exit(1)
	}
}

func run(dir, size, shard string) error {
	sizeBytes, err := parseSize(size)
	if err != nil {
		return err
	}
	shardBytes, err := parseSize(shard)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	layers := layersFor(sizeBytes)
	if err := writeSmallFiles(dir, layers); err != nil {
		return err
	}
	return writeWeights(dir, tensorsOf(layers), shardBytes)
}

func runGGUF(path, size string, experts int, matrix string) error {
	sizeBytes, err := parseSize(size)
	if err != nil {
		return err
	}
	if err := writeGGUF(path, sizeBytes, experts); err != nil || matrix == "" {
		return err
	}
	return writeMatrix(matrix, path)
}

func parseSize(s string) (int64, error) {
	for suffix, factor := range map[string]int64{"MiB": 1 << 20, "GiB": 1 << 30} {
		if digits, ok := strings.CutSuffix(s, suffix); ok {
			if n, err := strconv.ParseInt(digits, 10, 32); err == nil && n > 0 {
				return n * factor, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a size such as 512MiB or 2GiB", s)
}

// The shape of the model, of the order of a model of one billion parameters.
const (
	hidden       = 2048
	intermediate = 8192
	heads        = 32
	headsKV      = 8
	headLength   = hidden / heads
	vocabulary   = 4096 // the sample model's
	bytesPerBF16 = 2
)

func layersFor(size int64) int {
	perLayer := totalBytes(layerTensors(0))
	rest := size - totalBytes(outerTensors())
	return int(max(1, (rest+perLayer-1)/perLayer))
}

func outerTensors() []safetensors.TensorInfo {
	return []safetensors.TensorInfo{
		tensor("model.embed_tokens.weight", vocabulary, hidden),
		tensor("model.norm.weight", hidden),
	}
}

func layerTensors(layer int) []safetensors.TensorInfo {
	name := func(part string) string { return fmt.Sprintf("model.layers.%d.%s.weight", layer, part) }
	return []safetensors.TensorInfo{
		tensor(name("input_layernorm"), hidden),
		tensor(name("self_attn.q_proj"), heads*headLength, hidden),
		tensor(name("self_attn.k_proj"), headsKV*headLength, hidden),
		tensor(name("self_attn.v_proj"), headsKV*headLength, hidden),
		tensor(name("self_attn.o_proj"), hidden, heads*headLength),
		tensor(name("post_attention_layernorm"), hidden),
		tensor(name("mlp.gate_proj"), intermediate, hidden),
		tensor(name("mlp.up_proj"), intermediate, hidden),
		tensor(name("mlp.down_proj"), hidden, intermediate),
	}
}

func tensorsOf(layers int) []safetensors.TensorInfo {
	tensors := outerTensors()
	for i := range layers {
		tensors = append(tensors, layerTensors(i)...)
	}
	return tensors
}

func tensor(name string, shape ...int64) safetensors.TensorInfo {
	return safetensors.TensorInfo{Name: name, DType: safetensors.BF16, Shape: shape}
}

func valuesOf(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= d
	}
	return n
}

func totalBytes(tensors []safetensors.TensorInfo) int64 {
	var n int64
	for _, t := range tensors {
		n += bytesPerBF16 * valuesOf(t.Shape)
	}
	return n
}

// writeSmallFiles writes the configuration and the sample model's vocabulary.
func writeSmallFiles(dir string, layers int) error {
	for _, name := range []string{"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json"} {
		data, err := fs.ReadFile(sample.FS(), name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return writeJSON(filepath.Join(dir, "config.json"), map[string]any{
		"architectures":           []string{"LlamaForCausalLM"},
		"model_type":              "llama",
		"hidden_size":             hidden,
		"intermediate_size":       intermediate,
		"num_hidden_layers":       layers,
		"num_attention_heads":     heads,
		"num_key_value_heads":     headsKV,
		"head_dim":                headLength,
		"vocab_size":              vocabulary,
		"max_position_embeddings": 4096,
		"rms_norm_eps":            1e-5,
		"rope_theta":              10000.0,
		"tie_word_embeddings":     true,
		"torch_dtype":             "bfloat16",
		"bos_token_id":            0,
		"eos_token_id":            0,
	})
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o666)
}

// writeWeights writes the shards and their index.
func writeWeights(dir string, tensors []safetensors.TensorInfo, shardBytes int64) error {
	var shards [][]safetensors.TensorInfo
	var filled int64
	for _, t := range tensors {
		if len(shards) == 0 || filled >= shardBytes {
			shards = append(shards, nil)
			filled = 0
		}
		last := len(shards) - 1
		shards[last] = append(shards[last], t)
		filled += totalBytes([]safetensors.TensorInfo{t})
	}
	weightMap := make(map[string]string, len(tensors))
	noise := noiseSource{state: 1}
	for i, shard := range shards {
		name := fmt.Sprintf("model-%05d-of-%05d.safetensors", i+1, len(shards))
		for _, t := range shard {
			weightMap[t.Name] = name
		}
		if err := writeShard(filepath.Join(dir, name), shard, &noise); err != nil {
			return err
		}
	}
	return writeJSON(filepath.Join(dir, "model.safetensors.index.json"), map[string]any{
		"metadata":   map[string]any{"total_size": totalBytes(tensors)},
		"weight_map": weightMap,
	})
}

func writeShard(path string, tensors []safetensors.TensorInfo, noise io.Reader) (err error) {
	layout, err := safetensors.NewLayout(tensors, map[string]string{"format": "pt"})
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<20)
	w, err := safetensors.NewWriter(buffered, layout)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(w, noise, totalBytes(tensors)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return buffered.Flush()
}

// noiseSource is an endless stream of BF16 values between -0.05 and 0.05, in the shape of a bell: the sum of four bytes
// of a linear congruential generator. Reads are of whole values.
type noiseSource struct {
	state uint64
}

func (s *noiseSource) Read(p []byte) (int, error) {
	p = p[:len(p)&^(bytesPerBF16-1)]
	for i := 0; i < len(p); i += bytesPerBF16 {
		s.state = s.state*6364136223846793005 + 1442695040888963407
		high := uint32(s.state >> 32)
		sum := int32(high>>24) + int32(high>>16&0xFF) + int32(high>>8&0xFF) + int32(high&0xFF) - 510
		value := float32(sum) * (0.05 / 510)
		binary.LittleEndian.PutUint16(p[i:], uint16(math.Float32bits(value)>>16))
	}
	return len(p), nil
}
