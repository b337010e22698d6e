// Abigen makes of the structs in package wasm what the ends of the ABI need:
// Go methods that write and read them as JSON without reflection, declarations
// for TypeScript, and the version that tells whether two ends are of one ABI.
//
//	go run ./internal/tools/abigen DIR
//
// DIR is that of package wasm, within the module. The methods go to wire_gen.go
// there, the declarations to playground/web/src/engine/abi.gen.ts.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: abigen DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "abigen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	files, err := generate(dir)
	if err != nil {
		return err
	}
	for path, data := range files {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the files that the package in dir asks for, by their paths.
func generate(dir string) (map[string][]byte, error) {
	root := filepath.Dir(filepath.Clean(dir))
	if dir == "." {
		root = ".."
	}
	p, err := parsePackage(dir)
	if err != nil {
		return nil, err
	}
	declarations, err := typeScript(root, p)
	if err != nil {
		return nil, err
	}
	version := versionOf(declarations)
	ofGuest, err := goMethods(p, true)
	if err != nil {
		return nil, err
	}
	ofHost, err := goMethods(p, false)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		filepath.Join(dir, "wire_gen.go"):                           append(ofGuest, goVersion(version)...),
		filepath.Join(dir, "wire_host_gen.go"):                      ofHost,
		filepath.Join(root, "playground/web/src/engine/abi.gen.ts"): append(declarations, tsVersion(version)...),
	}, nil
}
