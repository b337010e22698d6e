package inspect_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// made writes a GGUF file to memory and reads it.
func made(t *testing.T, meta *gguf.Metadata, tensors ...gguf.TensorInfo) *gguf.File {
	t.Helper()
	layout, err := gguf.NewLayout(meta, tensors)
	if err != nil {
		t.Fatal(err)
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := append(header, make([]byte, layout.FileSize-layout.DataOffset)...)
	f, err := gguf.NewReader(bytes.NewReader(b), int64(len(b)), gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// metadata makes metadata of keys and values in turn.
func metadata(pairs ...any) *gguf.Metadata {
	m := new(gguf.Metadata)
	for i := 0; i < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1].(gguf.Value))
	}
	return m
}

func gemma() *gguf.Metadata {
	return metadata(
		"general.architecture", gguf.String("gemma3"),
		"general.name", gguf.String("Made Up"),
		"general.file_type", gguf.Uint32(15),
		"gemma3.context_length", gguf.Uint32(8192),
		"gemma3.embedding_length", gguf.Uint32(512),
		"gemma3.block_count", gguf.Uint32(3),
		"gemma3.feed_forward_length", gguf.Int32s([]int32{1024, 2048, 1024}),
		"gemma3.attention.head_count", gguf.Uint32(8),
		"gemma3.attention.head_count_kv", gguf.Int32s([]int32{1, 4, 2}),
		"gemma3.attention.key_length", gguf.Uint32(128),
		"gemma3.attention.value_length", gguf.Uint32(96),
		"gemma3.attention.sliding_window", gguf.Uint32(1024),
		"gemma3.expert_count", gguf.Uint32(4),
		"gemma3.expert_used_count", gguf.Uint32(2),
		"tokenizer.ggml.model", gguf.String("gpt2"),
		"tokenizer.ggml.pre", gguf.String("default"),
		"tokenizer.ggml.tokens", gguf.Strings([]string{"a", "<eos>", "<pad>"}),
		"tokenizer.ggml.eos_token_id", gguf.Uint32(1),
		"tokenizer.ggml.padding_token_id", gguf.Uint32(7),
	)
}

func TestGGUF(t *testing.T) {
	f := made(t, gemma(),
		gguf.TensorInfo{Name: "a.weight", Dims: []int64{256, 3, 2}, Type: quantize.Q4_K},
		gguf.TensorInfo{Name: "b.weight", Dims: []int64{10}, Type: quantize.F32},
		gguf.TensorInfo{Name: "c.weight", Dims: []int64{256}, Type: quantize.Q4_K})
	got, err := inspect.GGUF(f)
	if err != nil {
		t.Fatal(err)
	}
	want := &inspect.Report{
		Format: "GGUF", Version: 3, ByteOrder: "little-endian", Files: 1, FileBytes: f.Size,
		Name: "Made Up", Architecture: "gemma3", FileType: "Q4_K_M",
		Parameters: 1802, TensorBytes: 7*144 + 40, BitsPerWeight: 8 * 1048.0 / 1802,
		Hyperparameters: inspect.Hyperparameters{
			ContextLength: 8192, EmbeddingLength: 512, FeedForwardLength: 2048, BlockCount: 3,
			HeadCount: 8, HeadCountKV: 4, HeadCountKVSum: 7, KeyLength: 128, ValueLength: 96, SlidingWindow: 1024,
			ExpertCount: 4, ExpertUsedCount: 2,
		},
		Vocabulary: inspect.Vocabulary{Tokenizer: "gpt2", Pretokenizer: "default", VocabularySize: 3, SpecialTokens: []inspect.SpecialToken{
			{Role: "eos", ID: 1, Text: "<eos>"}, {Role: "padding", ID: 7},
		}},
		Types: []inspect.TypeTotal{{Type: "q4_K", Tensors: 2, Values: 1792, Bytes: 1008}, {Type: "f32", Tensors: 1, Values: 10, Bytes: 40}},
		Tensors: []inspect.Tensor{
			{Name: "a.weight", Type: "q4_K", Shape: []int64{2, 3, 256}, Values: 1536, Bytes: 864, FileOffset: f.DataOffset},
			{Name: "b.weight", Type: "f32", Shape: []int64{10}, Values: 10, Bytes: 40, FileOffset: f.DataOffset + 864},
			{Name: "c.weight", Type: "q4_K", Shape: []int64{256}, Values: 256, Bytes: 144, FileOffset: f.DataOffset + 864 + 64},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", toJSON(t, got), toJSON(t, want))
	}
}

// What is no model says what it is.
func TestKind(t *testing.T) {
	for value, want := range map[string]string{"model": "", "imatrix": "imatrix", "adapter": "adapter"} {
		r, err := inspect.GGUF(made(t, metadata("general.type", gguf.String(value))))
		if err != nil || r.Kind != want {
			t.Errorf("%s: kind %q, %v, want %q", value, r.Kind, err, want)
		}
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMemory(t *testing.T) {
	r, err := inspect.GGUF(made(t, gemma(), gguf.TensorInfo{Name: "a", Dims: []int64{100, 10}, Type: quantize.F16}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		context    int64
		key, value quantize.Type
		cache      int64
	}{
		{0, quantize.F16, quantize.F16, 8192 * 7 * (128 + 96) * 2},
		{100, quantize.F32, quantize.BF16, 100 * 7 * (128*4 + 96*2)},
		{100, quantize.Q8_0, quantize.Q4_0, 100 * 7 * (128/32*34 + 96/32*18)},
		{1, quantize.IQ4_NL, quantize.Q5_1, 7 * (128/32*18 + 96/32*24)},
	} {
		m, err := r.Memory(c.context, c.key, c.value)
		if err != nil {
			t.Fatal(err)
		}
		if m.KVCacheBytes != c.cache || m.WeightBytes != 2000 || m.TotalBytes != 2000+c.cache || m.RuleOfThumbBytes != 2400 {
			t.Errorf("context %d, %v and %v: %+v, want a cache of %d bytes", c.context, c.key, c.value, m, c.cache)
		}
		if noted := len(m.Notes) > 0; noted != (m.ContextLength > 1024) {
			t.Errorf("context %d: notes %q", m.ContextLength, m.Notes)
		}
	}
	m, err := r.Memory(100, quantize.F16, quantize.Q8_0)
	if err != nil {
		t.Fatal(err)
	}
	if want := "weights 2000 + context 100 x KV heads of all blocks 7 x (key 128 x 2 [f16] + value 96 x 1.0625 [q8_0]) bytes"; m.Formula != want {
		t.Errorf("formula %q, want %q", m.Formula, want)
	}
	if want := "parameters 1000 x bytes per weight 2.000 x 1.2"; m.RuleOfThumbFormula != want {
		t.Errorf("rule of thumb %q, want %q", m.RuleOfThumbFormula, want)
	}
	for _, typ := range []quantize.Type{quantize.Q4_K, quantize.I8, 4, math.MaxUint32} {
		if _, err := r.Memory(0, typ, quantize.F16); !errors.Is(err, inspect.ErrCacheType) {
			t.Errorf("%v as cache type: %v", typ, err)
		}
	}
	if _, err := r.Memory(-1, quantize.F16, quantize.F16); err == nil {
		t.Error("a context of -1 is no error")
	}
	if _, err := r.Memory(math.MaxInt64/8, quantize.F16, quantize.F16); err == nil {
		t.Error("a cache of more than 2^63 bytes is no error")
	}
}

// Without heads, or with attention in both directions, there is nothing to
// compute a cache from, and the report says so.
func TestMemoryWithoutCache(t *testing.T) {
	bert := metadata(
		"general.architecture", gguf.String("bert"), "bert.attention.causal", gguf.Bool(false),
		"bert.block_count", gguf.Uint32(2), "bert.attention.head_count", gguf.Uint32(2), "bert.embedding_length", gguf.Uint32(64))
	for name, meta := range map[string]*gguf.Metadata{"bert": bert, "nothing": metadata()} {
		r, err := inspect.GGUF(made(t, meta))
		if err != nil {
			t.Fatal(err)
		}
		m, err := r.Memory(1000, quantize.F16, quantize.F16)
		if err != nil || m.KVCacheBytes != 0 || len(m.Notes) != 1 {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// Hyperparameters are as hostile as the rest of a file.
func TestHostileHyperparameters(t *testing.T) {
	for _, v := range []gguf.Value{
		gguf.Uint64(math.MaxUint64), gguf.Int32(-1), gguf.Uint32(math.MaxUint32), gguf.Int64(math.MaxInt64), gguf.String("8"),
		gguf.Float32(1), gguf.Int64s([]int64{math.MaxInt64, 1}), gguf.Uint64s([]uint64{math.MaxUint64}), gguf.Strings([]string{"8"}), gguf.Int32s(nil),
	} {
		meta := gemma()
		for key := range gemma().All() {
			if strings.HasPrefix(key, "gemma3.") || strings.HasSuffix(key, "_token_id") {
				meta.Set(key, v)
			}
		}
		r, err := inspect.GGUF(made(t, meta, gguf.TensorInfo{Name: "a"}))
		if err != nil {
			continue
		}
		if m, err := r.Memory(0, quantize.F16, quantize.F16); err == nil && (m.KVCacheBytes < 0 || m.TotalBytes < m.WeightBytes) {
			t.Errorf("%v: %+v", v, m)
		}
	}
}

func TestOpenSplits(t *testing.T) {
	r, err := inspect.Open("../testdata/splits/tensors-2-00001-of-00003.gguf")
	if err != nil {
		t.Fatal(err)
	}
	if r.Files != 3 || len(r.Tensors) != 6 || r.Tensors[5].File != 2 || r.Parameters != 15+25+16+100+1+63 || r.Name != "Made Up" {
		t.Errorf("%s", toJSON(t, r))
	}
}

// A directory in a Hugging Face cache, of a model that takes more than text.
func TestOpenDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models--org--made-up", "snapshots", "abc")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	header := `{"a":{"dtype":"BF16","shape":[4,8],"data_offsets":[0,64]},"b":{"dtype":"F32","shape":[],"data_offsets":[64,68]}}`
	weights := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	weights = append(weights, make([]byte, 68)...)
	for name, contents := range map[string]string{
		"model.safetensors": string(weights),
		"config.json": `{"architectures":["MadeForConditionalGeneration"],"bos_token_id":1,"eos_token_id":[2,3],
			"text_config":{"hidden_size":64,"num_attention_heads":4,"num_key_value_heads":2,"num_hidden_layers":5,
			"max_position_embeddings":100,"head_dim":32,"vocab_size":99,"num_experts":8}}`,
		"tokenizer_config.json": `{"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := inspect.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	start := int64(8 + len(header))
	want := &inspect.Report{
		Format: "safetensors", ByteOrder: "little-endian", Files: 1, FileBytes: int64(len(weights)),
		Name: "made-up", Architecture: "MadeForConditionalGeneration", FileType: "BF16",
		Parameters: 33, TensorBytes: 68, BitsPerWeight: 8 * 68.0 / 33,
		Hyperparameters: inspect.Hyperparameters{
			ContextLength: 100, EmbeddingLength: 64, BlockCount: 5, HeadCount: 4, HeadCountKV: 2, HeadCountKVSum: 10,
			KeyLength: 32, ValueLength: 32, ExpertCount: 8,
		},
		Vocabulary: inspect.Vocabulary{VocabularySize: 99, SpecialTokens: []inspect.SpecialToken{
			{Role: "bos", ID: 1, Text: "<s>"}, {Role: "eos", ID: -1, Text: "</s>"},
		}},
		Types: []inspect.TypeTotal{{Type: "BF16", Tensors: 1, Values: 32, Bytes: 64}, {Type: "F32", Tensors: 1, Values: 1, Bytes: 4}},
		Tensors: []inspect.Tensor{
			{Name: "a", Type: "BF16", Shape: []int64{4, 8}, Values: 32, Bytes: 64, FileOffset: start},
			{Name: "b", Type: "F32", Shape: []int64{}, Values: 1, Bytes: 4, FileOffset: start + 64},
		},
	}
	if got, want := toJSON(t, r), toJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"a":1,"a":2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Open(dir); err == nil || !strings.Contains(err.Error(), "config.json") {
		t.Errorf("error %v names no config.json", err)
	}
}

func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := inspect.Open(dir); !errors.Is(err, safetensors.ErrNoWeights) {
		t.Errorf("directory without weights: %v", err)
	}
	if _, err := inspect.Open(filepath.Join(dir, "absent.gguf")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("file that is not there: %v", err)
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Open(other); !errors.Is(err, gguf.ErrFormat) {
		t.Errorf("another file: %v", err)
	}
}

// A trained model as directory and as the reference converter's file of it:
// both reports must agree on what the conversion keeps.
func TestRealModel(t *testing.T) {
	const models = "../../../shared/models/"
	if _, err := os.Stat(models); err != nil {
		t.Skipf("%s is absent", models)
	}
	directory, err := inspect.Open(models + "fable-4m")
	if err != nil {
		t.Fatal(err)
	}
	file, err := inspect.Open(models + "fable-4m-bf16.gguf")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(directory.Hyperparameters, file.Hyperparameters) {
		t.Errorf("hyperparameters of the directory %+v,\nof the file %+v", directory.Hyperparameters, file.Hyperparameters)
	}
	if !reflect.DeepEqual(directory.SpecialTokens, file.SpecialTokens) {
		t.Errorf("special tokens of the directory %+v, of the file %+v", directory.SpecialTokens, file.SpecialTokens)
	}
	for _, r := range []*inspect.Report{directory, file} {
		if r.Parameters != 4196608 || r.FileType != "BF16" || r.VocabularySize != 4096 || r.ContextLength != 256 || r.HeadCountKV != 4 || len(r.Tensors) != 38 {
			t.Errorf("%s: %d parameters, %s, vocabulary %d, context %d, %d KV heads, %d tensors", r.Format,
				r.Parameters, r.FileType, r.VocabularySize, r.ContextLength, r.HeadCountKV, len(r.Tensors))
		}
	}
	m, err := file.Memory(0, quantize.F16, quantize.F16)
	if want := int64(256 * 4 * 4 * (32 + 32) * 2); err != nil || m.KVCacheBytes != want {
		t.Errorf("cache of %d bytes, %v, want %d", m.KVCacheBytes, err, want)
	}
}
