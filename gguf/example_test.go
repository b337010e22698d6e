package gguf_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// Write a file from front to back: describe it, let the layout find every
// offset, then hand over the bytes of each tensor in order.
func ExampleWriter() {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	meta.Set("llama.context_length", gguf.Uint32(2048))
	meta.Set("tokenizer.ggml.tokens", gguf.Strings([]string{"<s>", "</s>", "a"}))

	layout, err := gguf.NewLayout(meta, []gguf.TensorInfo{
		{Name: "token_embd.weight", Dims: []int64{4, 3}, Type: quantize.I8},
		{Name: "output_norm.weight", Dims: []int64{4}, Type: quantize.F32},
	})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	w, err := gguf.NewWriter(&file, layout)
	if err != nil {
		log.Fatal(err)
	}
	for i := range layout.Tensors {
		weights := bytes.NewReader(make([]byte, layout.TensorSize(i)))
		if err := w.WriteTensor(i, weights); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Len(), "bytes, data from byte", layout.DataOffset)
	// Output: 384 bytes, data from byte 320
}

// Read what is in a file. The vocabulary is fetched when it is asked for.
func ExampleOpen() {
	f, err := gguf.Open("testdata/splits/tensors-2-00001-of-00003.gguf")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()

	architecture, _ := f.Metadata.Get("general.architecture")
	fmt.Println("architecture", architecture)

	if v, ok := f.Metadata.Get("tokenizer.ggml.tokens"); ok {
		tokens, err := v.Strings()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("tokens %q\n", tokens)
	}
	for _, t := range f.Tensors {
		fmt.Printf("%s %v %v, %d bytes at %d of split %d\n", t.Name, t.Type, t.Dims, t.Bytes(), t.FileOffset(), t.Split)
	}
	// Output:
	// architecture "made"
	// tokens ["a" "b" "é"]
	// blk.0.weight f16 [5 3], 30 bytes at 512 of split 0
	// blk.1.weight f32 [25], 100 bytes at 544 of split 0
	// blk.2.weight f16 [2 2 2 2], 32 bytes at 256 of split 1
	// blk.3.weight f32 [10 10], 400 bytes at 288 of split 1
	// blk.4.weight f16 [1], 2 bytes at 224 of split 2
	// blk.5.weight f32 [9 7], 252 bytes at 256 of split 2
}

// A tensor is a view of the file; decode its blocks with package quantize.
func ExampleTensor() {
	f, err := gguf.Open("testdata/splits/whole.gguf")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()

	t, ok := f.Tensor("blk.2.weight")
	if !ok {
		log.Fatal("no such tensor")
	}
	blocks, err := io.ReadAll(t.Open())
	if err != nil {
		log.Fatal(err)
	}
	values := make([]float32, t.Values())
	if err := quantize.Decode(values, t.Type, blocks); err != nil {
		log.Fatal(err)
	}
	fmt.Println(values[:4])
	// Output: [-2 -1 0 1]
}

// An error tells which byte of the file breaks which rule, and whether the
// file is damaged or only beyond what this package reads.
func ExampleFormatError() {
	file := "GGUF\x09\x00\x00\x00" + strings.Repeat("\x00", 16)
	_, err := gguf.NewReader(strings.NewReader(file), int64(len(file)), gguf.ReaderOptions{})

	var located *gguf.FormatError
	fmt.Println(errors.As(err, &located), errors.Is(err, gguf.ErrUnsupported))
	fmt.Println(err)
	// Output:
	// true true
	// byte 4: version: version 9 in little-endian order; versions 2 and 3 are known: unsupported GGUF file
}

// Cut a model into files of at most 300 bytes of tensors.
func ExamplePlanSplits() {
	tensors := []gguf.TensorInfo{
		{Name: "a", Dims: []int64{32, 2}, Type: quantize.F32},
		{Name: "b", Dims: []int64{32, 1}, Type: quantize.F32},
		{Name: "c", Dims: []int64{32, 8}, Type: quantize.Q8_0},
	}
	layouts, err := gguf.PlanSplits(nil, tensors, gguf.SplitOptions{MaxBytes: 300})
	if err != nil {
		log.Fatal(err)
	}
	for i, layout := range layouts {
		fmt.Println(gguf.SplitName("model", i, len(layouts)), len(layout.Tensors))
	}
	// Output:
	// model-00001-of-00003.gguf 1
	// model-00002-of-00003.gguf 1
	// model-00003-of-00003.gguf 1
}
