package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/wasm"
)

// The files that the engines share.
const (
	vocabularyFile = "tokenizer.json"
	textFile       = "text.txt"
	weightsFile    = "weights.bin" // float32
	modelFile      = "model.gguf"
	moduleFile     = "nibble.wasm"
)

const (
	textBytes      = 1_000_000
	smokeTextBytes = 20_000

	modelSize = "64MiB" // and what is missing to a whole layer

	columns       = 4096 // of the weights
	rowCount      = 256
	smokeRowCount = 2
)

// packages are the directories of the npm package, by whether its module is without kernels.
var packages = map[bool]string{false: "kernels", true: "plain"}

// A bench is what is measured.
type bench struct {
	dir        string
	peers      []string // npm's tokenizers, none without npm
	versions   map[string]string
	textBytes  int
	weights    int
	modelBytes int64
}

// prepare makes the files that the engines share.
func prepare(ctx context.Context, o options, dir string) (*bench, error) {
	b := &bench{dir: dir}
	for _, step := range []func(context.Context, options) error{b.text, b.vocabulary, b.randomWeights, b.model, b.npmPackages, b.scripts} {
		if err := step(ctx, o); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *bench) write(name string, data []byte) error {
	path := filepath.Join(b.dir, name)
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, data, 0o666))
}

// text writes English prose: the book in Go's own test data, then the texts beside the clone.
func (b *bench) text(_ context.Context, o options) error {
	var text []byte
	for _, path := range []string{
		filepath.Join(runtime.GOROOT(), "src", "testdata", "Isaac.Newton-Opticks.txt"), //nolint:staticcheck // the sources of the Go that runs this
		filepath.Join(o.root, "..", "shared", "models", "heldout.txt"),
		filepath.Join(o.root, "..", "shared", "models", "calibration.txt"),
	} {
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		text = append(text, data...)
	}
	limit := textBytes
	if o.smoke {
		limit = smokeTextBytes
	}
	if len(text) > limit {
		for !utf8.RuneStart(text[limit]) {
			limit--
		}
		text = text[:limit]
	}
	b.textBytes = len(text)
	return b.write(textFile, text)
}

func (b *bench) vocabulary(context.Context, options) error {
	data, err := vocabularyJSON()
	if err != nil {
		return err
	}
	return b.write(vocabularyFile, data)
}

// randomWeights writes weights of a normal distribution, the same each time.
func (b *bench) randomWeights(_ context.Context, o options) error {
	rows := rowCount
	if o.smoke {
		rows = smokeRowCount
	}
	b.weights = rows * columns
	source := rand.New(rand.NewPCG(1, 2))
	var data []byte
	for range b.weights {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(0.02*source.NormFloat64())))
	}
	return b.write(weightsFile, data)
}

// model makes the model that is converted, in BF16.
func (b *bench) model(ctx context.Context, o options) error {
	path := filepath.Join(b.dir, modelFile)
	var err error
	if o.smoke {
		err = sampleModel(ctx, path)
	} else {
		err = command(ctx, o.root, "go", "run", "./internal/tools/synthmodel", "-size", modelSize, "-experts", "2", path)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	b.modelBytes = info.Size()
	return nil
}

// sampleModel writes the sample model.
func sampleModel(ctx context.Context, path string) error {
	parent, err := os.MkdirTemp("", "benchengines")
	if err != nil {
		return err
	}
	defer os.RemoveAll(parent)
	dir, err := sample.Extract(parent)
	if err != nil {
		return err
	}
	plan, err := convert.NewPlan(ctx, dir, convert.Options{})
	if err != nil {
		return err
	}
	defer plan.Close()
	_, err = plan.WriteFile(ctx, path, convert.WriteOptions{Force: true})
	return err
}

// npmPackages makes nibble's npm package twice: as it is, and with a module without kernels.
func (b *bench) npmPackages(ctx context.Context, o options) error {
	dir := filepath.Join(b.dir, packages[false])
	if err := command(ctx, filepath.Join(o.root, "internal", "tools", "webbuild"), "go", "run", ".", "-npm", dir); err != nil {
		return err
	}
	plain := filepath.Join(b.dir, packages[true])
	if err := errors.Join(os.RemoveAll(plain), os.CopyFS(plain, os.DirFS(dir))); err != nil {
		return err
	}
	module, err := os.ReadFile(filepath.Join(dir, moduleFile))
	if err != nil {
		return err
	}
	kernels, err := os.ReadFile(filepath.Join(o.root, "quantize", "kernel_simd128.wasm"))
	if err != nil {
		return err
	}
	module, ok := bytes.CutSuffix(module, wasm.AppendKernels(nil, kernels))
	if !ok {
		return errors.New("the module does not end with its kernels")
	}
	return b.write(filepath.Join(packages[true], moduleFile), module)
}

// scripts installs npm's tokenizers and bundles them with the scripts that measure them.
func (b *bench) scripts(ctx context.Context, o options) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil // Node and Chromium are skipped then
	}
	modules := filepath.Join(b.dir, "npm")
	installed, _ := os.ReadFile(filepath.Join(modules, "installed.json")) // none: nothing is installed
	lock, err := os.ReadFile(filepath.Join("npm", "package-lock.json"))
	if err != nil {
		return err
	}
	if !bytes.Equal(installed, lock) {
		if err := errors.Join(os.RemoveAll(modules), os.CopyFS(modules, os.DirFS("npm"))); err != nil {
			return err
		}
		if err := command(ctx, modules, npm, "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
			return err
		}
		if err := b.write(filepath.Join("npm", "installed.json"), lock); err != nil {
			return err
		}
	}
	b.peers = []string{gptTokenizer, transformers}
	b.versions = make(map[string]string)
	for _, peer := range b.peers {
		if b.versions[peer], err = versionOf(filepath.Join(modules, "node_modules", peer)); err != nil {
			return err
		}
	}
	return bundle(b.dir)
}

// scripted reports whether there are scripts for Node and Chromium, which have npm's tokenizers in them.
func (b *bench) scripted() bool { return len(b.peers) > 0 }

// describe says what the tables are about.
func (b *bench) describe() string {
	var peers strings.Builder
	for _, peer := range b.peers {
		fmt.Fprintf(&peers, ", %s %s", peer, b.versions[peer])
	}
	return fmt.Sprintf("%s, one core%s\ntext: %d bytes; weights: %d; model: %d bytes",
		processor(), peers.String(), b.textBytes, b.weights, b.modelBytes)
}

// processor returns the processor's name, where the system says it.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name\t: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}
