// Webbuild builds what the playground's page needs into playground/dist, from where nibble embeds it: the WebAssembly
// modules, the scripts and the style sheet, and the tokenizer of the sample model, each compressed with brotli. It needs
// Go and nothing else.
//
//	cd internal/tools/webbuild && go run .
//
// It prints the sizes; with -check it fails if the first visit to the page takes more than it may. With -fast it
// compresses less well, in seconds instead of a minute. What is up to date is left alone. The same sources and the same
// Go give the same files.
//
// The modules are also left as they are, for hosts other than browsers, in bin/web. With -npm it makes the npm package
// of the same sources, with -tests the tests of the scripts.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/internal/tools/wasmpack"
)

func main() {
	root := flag.String("root", filepath.Join("..", "..", ".."), "the repository's root `directory`")
	fast := flag.Bool("fast", false, "compress fast, unless the files are there well compressed already")
	check := flag.Bool("check", false, fmt.Sprintf("fail if the first visit takes more than %d bytes", firstVisitLimit))
	npm := flag.String("npm", "", "write the npm package to a `directory` instead, without its type declarations")
	tests := flag.String("tests", "", "write the tests of the page's scripts to a `directory` instead, for Node")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*root, *npm, *tests, *fast, *check); err != nil {
		fmt.Fprintln(os.Stderr, "webbuild:", err)
		os.Exit(1)
	}
}

func run(root, npm, tests string, fast, check bool) error {
	b := &build{
		web:     filepath.Join(root, "playground", "web"),
		dist:    filepath.Join(root, "playground", "dist"),
		work:    filepath.Join(root, "bin", "web"),
		quality: bestQuality,
		link:    linker(root),
		pack:    wasmpack.Pack,
		kernels: filepath.Join(root, "quantize", "kernel_simd128.wasm"),
	}
	if fast {
		b.quality = fastQuality
	}
	switch {
	case npm != "":
		return b.npm(root, npm)
	case tests != "":
		return b.tests(tests)
	}
	files, err := b.run()
	if err != nil {
		return err
	}
	total, err := printSizes(os.Stdout, files)
	if err != nil {
		return err
	}
	if !check {
		return nil
	}
	if total > firstVisitLimit {
		return fmt.Errorf("the first visit takes %d bytes, more than %d", total, firstVisitLimit)
	}
	fmt.Printf("the first visit takes %d bytes of %d\n", total, firstVisitLimit)
	return nil
}
