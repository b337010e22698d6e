// Texts prints the texts of a seed, each as a JSON string on a line of its own,
// for judges that are not written in Go.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

func main() {
	seed := flag.Uint64("seed", 1, "where the texts begin")
	n := flag.Int("n", 1000, "how many texts")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: texts [-seed N] [-n N] [SPECIAL...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(*seed, *n, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "texts:", err)
		os.Exit(1)
	}
}

// run prints valid UTF-8 alone: JSON has no other.
func run(seed uint64, n int, specials []string) error {
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	for _, text := range textgen.New(seed, textgen.Valid, specials...).Texts(n) {
		if err := lines.Encode(text); err != nil {
			return err
		}
	}
	return out.Flush()
}
