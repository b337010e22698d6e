// Command quantjudge holds `nibble quantize` against llama-quantize: it makes small models of many architectures, draws
// options by chance, runs both programs and compares the files that they write, byte for byte. Both may refuse. It
// prints each difference with the case that shows it, as a line that -case takes, and fails where there was one.
//
//	quantjudge -llama PATH -nibble PATH [-time 1m] [-seed N]
//	quantjudge -llama PATH -nibble PATH -case "falcon,layers=4 | gguf | --pure Q4_K_M"
//	quantjudge -llama PATH -golden gguf/convert/testdata/quantize-golden.tsv
//
// With -golden it writes the column of hashes of the table anew, from what llama-quantize alone makes of its cases.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	j := judge{}
	flag.StringVar(&j.llama, "llama", os.Getenv("NIBBLE_LLAMA_QUANTIZE"), "path of llama-quantize")
	flag.StringVar(&j.nibble, "nibble", "nibble", "path of nibble")
	flag.StringVar(&j.keep, "keep", "", "directory for the files of the cases that differ")
	limit := flag.Duration("time", time.Minute, "how long to go on")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the cases")
	text := flag.String("case", "", "run this case alone")
	golden := flag.String("golden", "", "table to write anew")
	flag.Parse()

	var err error
	switch {
	case j.llama == "":
		err = errors.New("-llama or NIBBLE_LLAMA_QUANTIZE must name llama-quantize")
	case *golden != "":
		err = j.writeGolden(*golden)
	case *text != "":
		err = j.runOne(*text)
	default:
		err = j.runMany(*limit, *seed)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quantjudge:", err)
		os.Exit(1)
	}
}

// A judge compares the two programs.
type judge struct {
	llama, nibble string
	keep          string
}

func (j *judge) runOne(text string) error {
	c, err := parseCase(text)
	if err != nil {
		return err
	}
	v, err := j.run(c)
	if err != nil {
		return err
	}
	fmt.Println(v.outcome)
	if v.outcome == differs {
		return errors.New(v.detail)
	}
	if v.detail != "" {
		fmt.Println(v.detail)
	}
	return nil
}

func (j *judge) runMany(limit time.Duration, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 0))
	counts := map[outcome]int{}
	for start := time.Now(); time.Since(start) < limit; {
		c := drawCase(r)
		v, err := j.run(c)
		if err != nil {
			return fmt.Errorf("%v: %w", c, err)
		}
		counts[v.outcome]++
		if v.outcome == differs {
			fmt.Printf("%v\n\t%s\n", c, v.detail)
		}
	}
	fmt.Printf("seed %d:", seed)
	for o := range outcomes {
		fmt.Printf(" %d %v", counts[o], o)
	}
	fmt.Println()
	if n := counts[differs]; n > 0 {
		return fmt.Errorf("%d cases differ", n)
	}
	return nil
}
