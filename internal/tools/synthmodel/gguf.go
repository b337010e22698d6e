package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// expertLength is the length of an expert's hidden layer: many small experts, as mixtures of today have.
const expertLength = 512

// writeGGUF writes a mixture of experts to one BF16 GGUF file: the experts of a layer are stacked, three tensors a layer
// hold nearly everything.
func writeGGUF(path string, size int64, experts int) (err error) {
	infos := ggufTensors(size, int64(experts))
	layers := uint32(len(infos)-2) / 7
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	for key, n := range map[string]uint32{
		"block_count": layers, "context_length": 4096, "embedding_length": hidden, "feed_forward_length": expertLength,
		"attention.head_count": heads, "attention.head_count_kv": headsKV, "expert_count": uint32(experts), "expert_used_count": 2,
	} {
		meta.Set("llama."+key, gguf.Uint32(n))
	}
	meta.Set("llama.attention.layer_norm_rms_epsilon", gguf.Float32(1e-5))
	layout, err := gguf.NewLayout(meta, infos)
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
	w, err := gguf.NewWriter(f, layout)
	if err != nil {
		return err
	}
	noise := noiseSource{state: 1}
	for i := range infos {
		if err := w.WriteTensor(i, bufio.NewReaderSize(io.LimitReader(&noise, layout.TensorSize(i)), 1<<20)); err != nil {
			return err
		}
	}
	return w.Close()
}

// ggufTensors returns the tensors of a mixture of at least the given size.
func ggufTensors(size, experts int64) []gguf.TensorInfo {
	var infos []gguf.TensorInfo
	add := func(name string, dims ...int64) {
		t := gguf.TensorInfo{Name: name, Dims: dims, Type: quantize.BF16}
		infos = append(infos, t)
		size -= bytesPerBF16 * t.Values()
	}
	add("token_embd.weight", hidden, vocabulary)
	add("output.weight", hidden, vocabulary)
	for layer := 0; size > 0; layer++ {
		name := func(part string) string { return fmt.Sprintf("blk.%d.%s.weight", layer, part) }
		add(name("attn_q"), hidden, heads*headLength)
		add(name("attn_k"), hidden, headsKV*headLength)
		add(name("attn_v"), hidden, headsKV*headLength)
		add(name("attn_output"), heads*headLength, hidden)
		add(name("ffn_gate_exps"), hidden, expertLength, experts)
		add(name("ffn_up_exps"), hidden, expertLength, experts)
		add(name("ffn_down_exps"), expertLength, hidden, experts)
	}
	return infos
}

// writeMatrix writes an importance matrix for the tensors of a GGUF file, in the older of the two formats.
func writeMatrix(path, model string) (err error) {
	source, err := gguf.Open(model)
	if err != nil {
		return err
	}
	defer source.Close()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	out := bufio.NewWriterSize(f, 1<<20)
	number := func(n uint32) { _ = binary.Write(out, binary.LittleEndian, n) } // Flush has the error
	number(uint32(len(source.Tensors)))
	for _, t := range source.Tensors {
		values := t.Dims[0]
		for _, d := range t.Dims[2:] {
			values *= d
		}
		number(uint32(len(t.Name)))
		out.WriteString(t.Name)
		number(1)
		number(uint32(values))
		for i := range values {
			number(math.Float32bits(1 + float32(i*i%97)))
		}
	}
	return out.Flush()
}
