package inspect_test

import (
	"reflect"
	"testing"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/quantize"
)

func TestParseName(t *testing.T) {
	recipe := func(ft quantize.FileType) *quantize.FileType { return &ft }
	for name, want := range map[string]inspect.Name{
		"codellama-70b-python.Q4_K_S.gguf": {Base: "codellama", SizeLabel: "70B", Parameters: 70e9, FineTune: "python",
			Encoding: "Q4_K_S", FileType: recipe(quantize.FileTypeQ4_K_S)},
		"Mixtral-8x7B-Instruct-v0.1-Q4_K_M-00001-of-00003.gguf": {Base: "Mixtral", SizeLabel: "8x7B", Parameters: 7e9, ExpertCount: 8,
			FineTune: "Instruct", Version: "v0.1", Encoding: "Q4_K_M", FileType: recipe(quantize.FileTypeQ4_K_M), Split: 1, SplitCount: 3},
		"8x7B":               {SizeLabel: "8x7B", Parameters: 7e9, ExpertCount: 8},
		"dir/Mixtral-8x7B":   {Organization: "dir", Base: "Mixtral", SizeLabel: "8x7B", Parameters: 7e9, ExpertCount: 8},
		"Mixtral-8X22b-v0.1": {Base: "Mixtral", SizeLabel: "8x22B", Parameters: 22e9, ExpertCount: 8, Version: "v0.1"},
		"/models/Llama-3.1-8B-Instruct-Q8_0.gguf": {Base: "Llama-3.1", SizeLabel: "8B", Parameters: 8e9, FineTune: "Instruct",
			Encoding: "Q8_0", FileType: recipe(quantize.FileTypeQ8_0)},
		"meta-llama/Llama-3.2-1B": {Organization: "meta-llama", Base: "Llama-3.2", SizeLabel: "1B", Parameters: 1e9},
		"Qwen3-30B-A3B-Instruct-2507-BF16.gguf": {Base: "Qwen3", SizeLabel: "30B-A3B", Parameters: 30e9, ActiveParameters: 3e9,
			FineTune: "Instruct", Version: "2507", Encoding: "BF16", FileType: recipe(quantize.FileTypeBF16)},
		"Qwen2.5-0.5B-Instruct-UD-Q4_K_XL.gguf": {Base: "Qwen2.5", SizeLabel: "0.5B", Parameters: 5e8, FineTune: "Instruct-UD", Encoding: "Q4_K_XL"},
		"Qwen3-0.6B.f16.gguf":                   {Base: "Qwen3", SizeLabel: "0.6B", Parameters: 6e8, Encoding: "F16", FileType: recipe(quantize.FileTypeF16)},
		"bloom-7b1":                             {Base: "bloom", SizeLabel: "7.1B", Parameters: 71e8},
		"Phi-3-mini-4k-instruct-fp16.gguf":      {Base: "Phi-3-mini", FineTune: "4k-instruct", Encoding: "F16", FileType: recipe(quantize.FileTypeF16)},
		"phi-2.Q4_K_M.gguf":                     {Base: "phi", Version: "2", Encoding: "Q4_K_M", FileType: recipe(quantize.FileTypeQ4_K_M)},
		"mmproj-Gemma-3-4b-it-F16.gguf":         {Kind: "mmproj", Base: "Gemma-3", SizeLabel: "4B", Parameters: 4e9, FineTune: "it", Encoding: "F16", FileType: recipe(quantize.FileTypeF16)},
		"Grok-100B-v1.0-Q4_0-LoRA.gguf":         {Base: "Grok", SizeLabel: "100B", Parameters: 100e9, Version: "v1.0", Encoding: "Q4_0", FileType: recipe(quantize.FileTypeQ4_0), Kind: "LoRA"},
		"fable-4M-BF16.gguf":                    {Base: "fable", SizeLabel: "4M", Parameters: 4e6, Encoding: "BF16", FileType: recipe(quantize.FileTypeBF16)},
		"Yarn-Llama-2-7b-128k":                  {Base: "Yarn-Llama-2", SizeLabel: "7B", Parameters: 7e9, FineTune: "128k"},
		"":                                      {},
		"model.gguf":                            {Base: "model"},
		"---.gguf":                              {},
		"Hermes-2-Pro-Llama-3-8B":               {Base: "Hermes-2-Pro-Llama-3", SizeLabel: "8B", Parameters: 8e9},
		"x-99999999999999999999B":               {Base: "x", FineTune: "99999999999999999999B"},
	} {
		if got := inspect.ParseName(name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}
