package inspect_test

import (
	"fmt"
	"log"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/quantize"
)

// What would a model take with a context of 4096 tokens?
func ExampleReport_Memory() {
	report := &inspect.Report{
		Parameters:    8030261248,
		TensorBytes:   4912898304,
		BitsPerWeight: 4.894,
		Hyperparameters: inspect.Hyperparameters{
			ContextLength: 131072, BlockCount: 32, HeadCount: 32, HeadCountKV: 8, HeadCountKVSum: 256, KeyLength: 128, ValueLength: 128,
		},
	}
	m, err := report.Memory(4096, quantize.F16, quantize.F16)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.KVCacheBytes>>20, "MiB of cache")
	fmt.Println(m.TotalBytes>>20, "MiB in all:", m.Formula)
	fmt.Println(m.RuleOfThumbBytes>>20, "MiB by rule of thumb:", m.RuleOfThumbFormula)
	// Output:
	// 512 MiB of cache
	// 5197 MiB in all: weights 4912898304 + context 4096 x KV heads of all blocks 256 x (key 128 x 2 [f16] + value 128 x 2 [f16]) bytes
	// 5621 MiB by rule of thumb: parameters 8030261248 x bytes per weight 0.612 x 1.2
}

func ExampleParseName() {
	n := inspect.ParseName("Mixtral-8x7B-Instruct-v0.1-Q4_K_M-00001-of-00003.gguf")
	fmt.Println(n.Base, n.SizeLabel, n.FineTune, n.Version, n.Encoding)
	fmt.Println(n.ExpertCount, "experts, split", n.Split, "of", n.SplitCount)
	// Output:
	// Mixtral 8x7B Instruct v0.1 Q4_K_M
	// 8 experts, split 1 of 3
}
