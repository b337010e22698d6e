package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

// sources are stand-ins for the page's, small enough to look at what becomes of them.
var sources = map[string]string{
	"icon.svg":            `<svg xmlns="http://www.w3.org/2000/svg"/>`,
	"src/app.ts":          "import { greet } from \"./greet\"\nconst name: string = 'page'\ndocument.title = greet(name)\nvoid import(\"./weights/room\")\n",
	"src/weights/room.ts": "import { greet } from \"../greet\"\nexport const title: string = greet('room')\n",
	"src/greet.ts":        "export function greet(who: string): string { return `hello, ${who}` }\nexport const unused = 'never used'\n",
	"src/theme.ts":        "import { greet } from \"./greet\"\ndocument.title = greet('theme')\n",
	"src/worker.ts":       "import { greet } from \"./greet\"\npostMessage(greet('worker'))\n",
	"css/app.css":         "@import \"./base.css\";\n@import \"./tokens.css\";\n",
	"css/base.css":        "body { margin: 0px }\n",
	"css/tokens.css":      "body { margin: 1px }\n",
}

// newBuild returns a build of the stand-ins, modules included.
func newBuild(t *testing.T) *build {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sources {
		write(t, filepath.Join(dir, "web", name), text)
	}
	write(t, filepath.Join(dir, "dist", placeholder), "kept")
	write(t, filepath.Join(dir, "kernels.wasm"), "kernels")
	return &build{
		web:     filepath.Join(dir, "web"),
		dist:    filepath.Join(dir, "dist"),
		work:    filepath.Join(dir, "work"),
		quality: fastQuality,
		link: func(tags, output string) error {
			return os.WriteFile(output, slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), bytes.Repeat([]byte(tags+" "), 1000)), 0o666)
		},
		pack:    func(module []byte) ([]byte, error) { return append(module, "packed"...), nil },
		kernels: filepath.Join(dir, "kernels.wasm"),
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// tree returns the files below dir by name.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, rerr := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return errors.Join(err, rerr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func unpack(t *testing.T, packed string) string {
	t.Helper()
	data, err := io.ReadAll(brotli.NewReader(strings.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBuild(t *testing.T) {
	b := newBuild(t)
	write(t, filepath.Join(b.dist, "old", "chunk.js.br"), "of an earlier build")
	files, err := b.run()
	if err != nil {
		t.Fatal(err)
	}
	dist := tree(t, b.dist)
	want := []string{
		"app.css.br", "app.js.br", "fable-4m/config.json.br", "fable-4m/tokenizer.json.br", "fable-4m/tokenizer_config.json.br",
		"icon.svg.br", "nibble-text.wasm.br", "nibble.wasm.br", "placeholder", "shared.js.br", "theme.js.br", "weights.js.br", "worker.js.br",
	}
	var names []string
	for name := range dist {
		names = append(names, name)
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("dist holds %q, want %q", names, want)
	}
	if _, err := os.Stat(filepath.Join(b.dist, "old")); err == nil {
		t.Error("the directory of an earlier build is still there")
	}
	for _, f := range files {
		packed := dist[f.name+packedSuffix]
		if len(packed) != f.packed || unpack(t, packed) != string(f.data) {
			t.Errorf("%s: %d bytes in dist, which are not the %d of %d that were reported", f.name, len(packed), f.packed, len(f.data))
		}
	}

	app, worker, weights := unpack(t, dist["app.js.br"]), unpack(t, dist["worker.js.br"]), unpack(t, dist["weights.js.br"])
	common := unpack(t, dist["shared.js.br"])
	for script, want := range map[string]string{app + common: "page", worker: "worker", weights + common: "room"} {
		if !strings.Contains(script, "hello, ") || !strings.Contains(script, want) {
			t.Errorf("script %q has not all that it imports and says", script)
		}
		if strings.Contains(script, "never used") || strings.Contains(script, "sourceMappingURL") || strings.Contains(script, ": string") {
			t.Errorf("script %q has more than it needs", script)
		}
	}
	if strings.Contains(app, "hello, ") || !strings.Contains(app, `import("./weights.js")`) || !strings.Contains(weights, `"./shared.js"`) {
		t.Errorf("what the rooms share is not in a file of its own: %q, %q", app, weights)
	}
	if theme := unpack(t, dist["theme.js.br"]); !strings.HasPrefix(theme, "(()=>{") || !strings.Contains(theme, "hello, ") {
		t.Errorf("script %q is none that a document can wait for", theme)
	}
	if style := unpack(t, dist["app.css.br"]); strings.TrimSpace(style) != "body{margin:0}body{margin:1px}" {
		t.Errorf("style sheet %q is not both of the sources, in order", style)
	}
	if text := unpack(t, dist["nibble-text.wasm.br"]); !strings.Contains(text, "nibbletext") || !strings.HasSuffix(text, "packed") {
		t.Error("the small module was not linked with its tag and packed")
	}
	if whole := unpack(t, dist["nibble.wasm.br"]); !strings.Contains(whole, "nibblesimd") || !strings.HasSuffix(whole, "nibble_kernelskernels") {
		t.Error("the whole module was not linked with its tag and given its kernels")
	}
	if plain := tree(t, b.work)["nibble.wasm"]; plain != unpack(t, dist["nibble.wasm.br"]) {
		t.Error("the module in the work directory is not the one in dist")
	}
}

// Two builds give the same bytes, also when several files are compressed at once.
func TestBuildIsDeterministic(t *testing.T) {
	first := newBuild(t)
	second := newBuild(t)
	for _, b := range []*build{first, second} {
		if _, err := b.run(); err != nil {
			t.Fatal(err)
		}
	}
	a, b := tree(t, first.dist), tree(t, second.dist)
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs between two builds", name)
		}
	}
}

// What is up to date is left alone, what is not, or is damaged, is made anew.
func TestBuildIsIncremental(t *testing.T) {
	b := newBuild(t)
	age := func(name string) time.Time {
		info, err := os.Stat(filepath.Join(b.dist, name))
		if err != nil {
			t.Fatal(err)
		}
		return info.ModTime()
	}
	build := func() {
		t.Helper()
		if _, err := b.run(); err != nil {
			t.Fatal(err)
		}
	}
	build()
	past := time.Now().Add(-time.Hour).Truncate(time.Second)
	for name := range tree(t, b.dist) {
		if err := os.Chtimes(filepath.Join(b.dist, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	build()
	for name := range tree(t, b.dist) {
		if !age(name).Equal(past) {
			t.Errorf("%s was made anew from the same source", name)
		}
	}

	write(t, filepath.Join(b.web, "src/worker.ts"), "postMessage('changed')")
	write(t, filepath.Join(b.dist, "icon.svg.br"), "damaged")
	build()
	for name := range tree(t, b.dist) {
		if made := !age(name).Equal(past); made != (name == "worker.js.br" || name == "icon.svg.br") {
			t.Errorf("%s made anew: %t", name, made)
		}
	}
	if dist := tree(t, b.dist); unpack(t, dist["icon.svg.br"]) != sources["icon.svg"] || !strings.Contains(unpack(t, dist["worker.js.br"]), "changed") {
		t.Error("what was made anew is not what the sources say")
	}

	// Well compressed is good enough where fast would do, and not the other way round.
	if err := os.Chtimes(filepath.Join(b.dist, "app.js.br"), past, past); err != nil {
		t.Fatal(err)
	}
	b.quality = bestQuality
	build()
	if age("app.js.br").Equal(past) {
		t.Error("a file that was compressed fast was left so in a build that compresses well")
	}
	if err := os.Chtimes(filepath.Join(b.dist, "app.js.br"), past, past); err != nil {
		t.Fatal(err)
	}
	b.quality = fastQuality
	build()
	if !age("app.js.br").Equal(past) {
		t.Error("a fast build replaced a file that was compressed well")
	}
}

func TestBuildFails(t *testing.T) {
	failure := errors.New("no linker here")
	for name, test := range map[string]struct {
		spoil func(t *testing.T, b *build)
		want  string
	}{
		"syntax": {func(t *testing.T, b *build) { write(t, filepath.Join(b.web, "src/app.ts"), "let let = ;") }, "src/app.ts:1:"},
		"import": {func(t *testing.T, b *build) { write(t, filepath.Join(b.web, "src/app.ts"), "import './gone'") }, "Could not resolve"},
		"style":  {func(t *testing.T, b *build) { write(t, filepath.Join(b.web, "css/base.css"), "body { margin: 0 } }") }, "css/base.css:1:"},
		"icon": {func(t *testing.T, b *build) {
			if err := os.Remove(filepath.Join(b.web, "icon.svg")); err != nil {
				t.Fatal(err)
			}
		}, "icon.svg"},
		"link": {func(_ *testing.T, b *build) {
			b.link = func(string, string) error { return failure }
		}, failure.Error()},
		"pack": {func(_ *testing.T, b *build) { b.pack = func([]byte) ([]byte, error) { return nil, failure } }, failure.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuild(t)
			test.spoil(t, b)
			if _, err := b.run(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if dist := tree(t, b.dist); len(dist) != 1 {
				t.Errorf("a build that failed left %d files in dist", len(dist)-1)
			}
		})
	}
}

func TestPrintSizes(t *testing.T) {
	var without, with strings.Builder
	document, err := printSizes(&without, nil)
	if err != nil || document <= 0 {
		t.Fatalf("the document alone: %d bytes, error %v", document, err)
	}
	total, err := printSizes(&with, []file{
		{name: "app.js", firstVisit: true, data: make([]byte, 300), packed: 100},
		{name: "nibble.wasm", data: make([]byte, 9000), packed: 5000},
	})
	if err != nil || total != document+100 {
		t.Errorf("a first visit of %d bytes, error %v, want %d", total, err, document+100)
	}
	for _, want := range []string{` +300 +100 +100  app\.js\n`, ` +9000 +5000 +nibble\.wasm\n`, fmt.Sprintf(` +%d  in all\n$`, total)} {
		if !regexp.MustCompile(want).MatchString(with.String()) {
			t.Errorf("no %q in\n%s", want, with.String())
		}
	}
}
