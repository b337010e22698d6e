package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// An npmScript is a script of the npm package, bundled from a source.
type npmScript struct {
	name, source string
	platform     api.Platform
}

// npmScripts are those that the package is imported by. They load the worker's script and the module.
var npmScripts = []npmScript{
	{"node.js", "npm/src/node.ts", api.PlatformNode},
	{"browser.js", "npm/src/browser.ts", api.PlatformBrowser},
	{"engine.js", "web/src/engine/index.ts", api.PlatformBrowser},
}

var npmWorker = npmScript{"worker.js", "web/src/engine/worker.ts", api.PlatformBrowser}

// npmFiles are those of the npm package that are there already, by where they are in the repository.
var npmFiles = map[string]string{
	"package.json": "playground/npm/package.json",
	"README.md":    "playground/npm/README.md",
	"LICENSE":      "LICENSE",
}

// npm writes the folder of the npm package: everything but the type declarations, which TypeScript's own compiler makes.
func (b *build) npm(root, dir string) error {
	playground, err := filepath.Abs(filepath.Join(root, "playground"))
	if err != nil {
		return err
	}
	worker, err := npmWorker.bundle(playground, nil)
	if err != nil {
		return err
	}
	module, err := b.module("nibble.wasm", wholeTags)
	if err != nil {
		return err
	}
	files := map[string][]byte{npmWorker.name: worker, "nibble.wasm": module}
	content := fmt.Sprintf("%q", hash(slices.Concat(worker, module))[:12])
	for _, s := range npmScripts {
		if files[s.name], err = s.bundle(playground, map[string]string{"CONTENT": content}); err != nil {
			return err
		}
	}
	for name, source := range npmFiles {
		if files[name], err = os.ReadFile(filepath.Join(root, filepath.FromSlash(source))); err != nil {
			return err
		}
	}
	for name, data := range files {
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return nil
}

// bundle returns the script, with names that are defined in it.
func (s npmScript) bundle(playground string, names map[string]string) ([]byte, error) {
	files, err := bundle(api.BuildOptions{
		AbsWorkingDir: playground,
		Define:        names,
		EntryPoints:   []string{s.source},
		Platform:      s.platform,
	})
	if err != nil {
		return nil, err
	}
	return files[0].data, nil
}

// tests bundles the tests of the page's scripts for Node, and makes the modules that they run.
func (b *build) tests(dir string) error {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return err
	}
	sources, err := filepath.Glob(filepath.Join(web, "test", "*.test.ts"))
	if err != nil {
		return err
	}
	files, err := bundle(api.BuildOptions{AbsWorkingDir: web, EntryPoints: sources, Platform: api.PlatformNode})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil { // a test that is gone must not go on running
		return err
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.name, ".js") + ".mjs"
		if err := writeFile(filepath.Join(dir, name), f.data); err != nil {
			return err
		}
	}
	for _, m := range modules {
		if _, err := b.module(m.name, m.tags); err != nil {
			return err
		}
	}
	return nil
}
