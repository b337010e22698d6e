// Command benchbudget holds mixtures that nibble chooses for a budget against the recipes of llama.cpp: for each of
// several recipes it writes the recipe's file and the one that --target-size makes with that file's size for a budget,
// decodes both, and prints what they lose. The models are the sample model and those of package heavytail, each without
// and with an importance matrix.
//
//	go run ./internal/tools/benchbudget
//	go run ./internal/tools/benchbudget -perplexity /path/to/llama-perplexity -text heldout.txt
//
// With -perplexity it lets llama.cpp say how well the sample model's files predict a text.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/fileloss"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/heavytail"
)

// recipes are those that budgets are compared with.
var recipes = []string{"Q3_K_M", "Q4_K_S", "Q4_K_M", "Q5_K_M"}

func main() {
	var b bench
	flag.StringVar(&b.matrix, "imatrix", "testdata/golden/imatrix.gguf", "importance matrix of the sample model")
	flag.StringVar(&b.perplexity, "perplexity", "", "llama.cpp's llama-perplexity")
	flag.StringVar(&b.text, "text", "", "text for it")
	flag.Parse()
	if flag.NArg() > 0 || (b.perplexity == "") != (b.text == "") {
		flag.Usage()
		os.Exit(2)
	}
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "benchbudget:", err)
		os.Exit(1)
	}
}

type bench struct {
	matrix           string // of the sample model
	perplexity, text string
	dir              string // for everything that is written
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "benchbudget"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	fmt.Println("| model | importance | recipe | its bytes | its loss | bytes | loss | less | perplexity |")
	fmt.Println("|---|---|---|--:|--:|--:|--:|--:|---|")
	fable, err := b.sampleModel(ctx)
	if err != nil {
		return err
	}
	if err := b.compareModel(ctx, sample.Name, fable, b.matrix); err != nil {
		return err
	}
	for _, spec := range heavytail.Models {
		model, matrix := filepath.Join(b.dir, spec.Name+".gguf"), filepath.Join(b.dir, spec.Name+"-imatrix.gguf")
		if err := spec.Write(model); err != nil {
			return err
		}
		if err := spec.WriteMatrix(matrix); err != nil {
			return err
		}
		if err := b.compareModel(ctx, spec.Name, model, matrix); err != nil {
			return err
		}
	}
	return nil
}

// sampleModel writes the sample model in its own precision.
func (b *bench) sampleModel(ctx context.Context) (string, error) {
	dir, err := sample.Extract(b.dir)
	if err != nil {
		return "", err
	}
	return b.write(ctx, "sample")(convert.NewPlan(ctx, dir, convert.Options{}))
}

// write returns a function that carries a plan out and returns the file's path.
func (b *bench) write(ctx context.Context, name string) func(*convert.Plan, error) (string, error) {
	return func(p *convert.Plan, err error) (string, error) {
		if err != nil {
			return "", err
		}
		defer p.Close()
		path := filepath.Join(b.dir, name+".gguf")
		_, err = p.WriteFile(ctx, path, convert.WriteOptions{Force: true})
		return path, err
	}
}

// compareModel prints the lines of a model.
func (b *bench) compareModel(ctx context.Context, name, model, matrix string) error {
	m, err := imatrix.Open(matrix)
	if err != nil {
		return err
	}
	defer m.Close()
	for _, with := range []*imatrix.Matrix{nil, m} {
		for _, recipe := range recipes {
			if err := b.compare(ctx, name, model, with, recipe); err != nil {
				return fmt.Errorf("%s: %s: %w", name, recipe, err)
			}
		}
	}
	return nil
}

// compare prints the line of a recipe.
func (b *bench) compare(ctx context.Context, name, model string, m *imatrix.Matrix, recipe string) error {
	opts := convert.Options{Type: recipe, Quantize: convert.QuantizeOptions{Imatrix: m}}
	standard, err := b.write(ctx, "recipe")(convert.NewPlan(ctx, model, opts))
	if err != nil {
		return err
	}
	budget, err := fileSize(standard)
	if err != nil {
		return err
	}
	plan, _, err := convert.Budget(ctx, model, opts, convert.BudgetOptions{FileBytes: budget})
	chosen, err := b.write(ctx, "budget")(plan, err)
	if err != nil {
		return err
	}
	size, err := fileSize(chosen)
	if err != nil {
		return err
	}
	var losses [2]float64
	var perplexities []string
	for i, path := range []string{standard, chosen} {
		if losses[i], err = fileloss.Measure(model, path, m); err != nil {
			return err
		}
		if b.perplexity != "" && name == sample.Name {
			p, err := b.perplexityOf(ctx, path)
			if err != nil {
				return err
			}
			perplexities = append(perplexities, p)
		}
	}
	importance := "none"
	if m != nil {
		importance = "matrix"
	}
	_, err = fmt.Printf("| %s | %s | %s | %d | %.4g | %d | %.4g | %.0f %% | %s |\n", name, importance, recipe, budget, losses[0], size, losses[1],
		100*(1-losses[1]/losses[0]), strings.Join(perplexities, " → "))
	return err
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

var (
	chunkCount   = regexp.MustCompile(`calculating perplexity over ([0-9]+) chunks`)
	runningValue = regexp.MustCompile(`\[([0-9]+)\]([0-9]+\.[0-9]+),`)
)

// perplexityOf returns the perplexity with the model at path: the value after the last chunk of the text.
func (b *bench) perplexityOf(ctx context.Context, path string) (string, error) {
	cmd := exec.CommandContext(ctx, b.perplexity, "-m", path, "-f", b.text, "-c", "256")
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", b.perplexity, err, &log)
	}
	chunks, values := chunkCount.FindSubmatch(log.Bytes()), runningValue.FindAllSubmatch(out, -1)
	if chunks == nil || len(values) == 0 || !bytes.Equal(values[len(values)-1][1], chunks[1]) {
		return "", fmt.Errorf("%s: no perplexity of all chunks in its output:\n%s%s", b.perplexity, &log, out)
	}
	return string(values[len(values)-1][2]), nil
}
