package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The npm package has all that it is made of, and scripts that fit their platforms.
func TestNPM(t *testing.T) {
	b := newBuild(t)
	root := t.TempDir()
	for name, text := range map[string]string{
		"LICENSE":                                "a licence",
		"playground/npm/package.json":            "{}",
		"playground/npm/README.md":               "read me",
		"playground/npm/src/api.ts":              "export const answer: number = 42\n",
		"playground/npm/src/browser.ts":          "export * from \"./api.js\"\n",
		"playground/npm/src/node.ts":             "import { readFileSync } from \"node:fs\"\nreadFileSync(\"x\")\nexport * from \"./api.js\"\n",
		"playground/web/src/engine/index.ts":     "export const engine = CONTENT\n",
		"playground/web/src/engine/worker.ts":    "postMessage(typeof CONTENT)\n",
		"playground/web/src/engine/unrelated.ts": "export const unused = 1\n",
	} {
		write(t, filepath.Join(root, filepath.FromSlash(name)), text)
	}
	dir := t.TempDir()
	if err := b.npm(root, dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	for name, want := range map[string]string{
		"LICENSE":      "a licence",
		"README.md":    "read me",
		"package.json": "{}",
		"node.js":      `from "node:fs"`,
		"browser.js":   "answer = 42",
		"engine.js":    "engine = \"",
		"worker.js":    "typeof CONTENT",
		"nibble.wasm":  "packed",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s has no %q: %.100q", name, want, files[name])
		}
	}
	// The scripts say which worker and which module they are for.
	before := files["engine.js"]
	for name, change := range map[string]func(){
		"worker":  func() { write(t, filepath.Join(root, "playground/web/src/engine/worker.ts"), "postMessage('other')\n") },
		"module":  func() { b.pack = func(module []byte) ([]byte, error) { return append(module, "other"...), nil } },
		"neither": func() {},
	} {
		change()
		if err := b.npm(root, dir); err != nil {
			t.Fatal(err)
		}
		now := tree(t, dir)["engine.js"]
		if (now == before) != (name == "neither") {
			t.Errorf("with another %s the engine's script is %q, and %q before", name, now, before)
		}
		before = now
	}
	if len(files) != 8 {
		t.Errorf("%d files, want 8", len(files))
	}
}

// Tests are bundled for Node with what they import, and those that are gone from the sources are gone.
func TestTests(t *testing.T) {
	b := newBuild(t)
	write(t, filepath.Join(b.web, "test", "greet.test.ts"), "import { test } from \"node:test\"\nimport { greet } from \"../src/greet\"\ntest(greet('test'), () => {})\n")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "old.test.mjs"), "")
	if err := b.tests(dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	if text := files["greet.test.mjs"]; !strings.Contains(text, `from "node:test"`) || !strings.Contains(text, "hello, ") {
		t.Errorf("the test is %q, without what it imports", text)
	}
	if len(files) != 1 {
		t.Errorf("%d files, want the one test", len(files))
	}
	work := tree(t, b.work)
	for _, m := range modules {
		if work[m.name] == "" {
			t.Errorf("the tests have no %s", m.name)
		}
	}
}
