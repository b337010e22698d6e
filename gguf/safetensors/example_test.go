package safetensors_test

import (
	"bytes"
	"fmt"
	"io"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// A file is laid out first; then its bytes follow in the order of the layout.
func Example() {
	layout, err := safetensors.NewLayout([]safetensors.TensorInfo{
		{Name: "bias", DType: safetensors.F32, Shape: []int64{2}},
	}, map[string]string{"format": "pt"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	w, err := safetensors.NewWriter(&file, layout)
	if err != nil {
		fmt.Println(err)
		return
	}
	w.Write([]byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}) // 1 and -2
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}

	f, err := safetensors.NewReader(bytes.NewReader(file.Bytes()), layout.Size, safetensors.ReaderOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	bias, _ := f.Lookup("bias")
	data := make([]byte, bias.Size())
	if _, err := io.ReadFull(io.NewSectionReader(bias, 0, bias.Size()), data); err != nil {
		fmt.Println(err)
		return
	}
	values := make([]float32, bias.Values())
	err = safetensors.DecodeFloat32(values, bias.DType, data)
	fmt.Println(bias.DType, bias.Shape, values, err)
	// Output: F32 [2] [1 -2] <nil>
}

// Errors say where a file is at fault.
func ExampleFormatError() {
	header := `{"w":{"dtype":"F16","shape":[2,3],"data_offsets":[0,10]}}`
	data := append([]byte{byte(len(header)), 0, 0, 0, 0, 0, 0, 0}, header...)
	data = append(data, make([]byte, 10)...)
	_, err := safetensors.NewReader(bytes.NewReader(data), int64(len(data)), safetensors.ReaderOptions{})
	fmt.Println(err)
	// Output: byte 13: tensor "w": data_offsets span 10 bytes, its dtype and shape take 12: malformed safetensors file
}

func ExampleOpenSet() {
	set, err := safetensors.OpenSet("../../internal/sample/fable-4m")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer set.Close()
	for _, t := range set.Tensors()[:2] {
		fmt.Println(t.Name, t.DType, t.Shape)
	}
	// Output:
	// model.embed_tokens.weight BF16 [4096 256]
	// model.layers.0.input_layernorm.weight BF16 [256]
}
