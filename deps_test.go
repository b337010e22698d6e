package nibble_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/nibble-go/nibble"

// mayImport states who may import whom within the module, tests left aside: each package or tree of packages ("...")
// with the packages that it may use. Every package may use internal/..., which uses nothing of ours. A package that
// is not listed may use nothing else.
var mayImport = []importRule{
	{"quantize", nil},
	{"gguf/safetensors", nil},
	{"gguf", []string{"quantize"}},
	{"tokenize/vocab", nil},
	{"tokenize/chat", []string{"tokenize", "gguf"}},
	{"tokenize/hf", []string{"tokenize"}},
	{"tokenize", []string{"tokenize/vocab", "gguf"}},
	{"gguf/inspect", []string{"gguf", "gguf/safetensors", "quantize"}},
	{"gguf/imatrix", []string{"gguf", "quantize"}},
	{"gguf/edit", []string{"gguf", "quantize"}},
	{"gguf/checksum", []string{"gguf", "quantize"}},
	{"gguf/convert", []string{"gguf", "gguf/safetensors", "gguf/imatrix", "quantize", "tokenize", "tokenize/vocab"}},
	{"gguf/report", []string{"gguf/convert", "quantize"}},
	{"playground", []string{"quantize", "tokenize"}}, // the page lists the file types and the encodings by name
	{"wasm", nil},
	{"wasm/host", []string{"wasm"}},
	{"wasm/guest", []string{"wasm", "wasm/internal/..."}},
	{"wasm/internal/text", []string{"tokenize"}},
	{"wasm/internal/weights", []string{"gguf", "gguf/convert", "gguf/imatrix", "gguf/inspect", "gguf/safetensors", "quantize"}},
	{"wasm/internal/prompt", []string{"tokenize", "tokenize/chat", "gguf"}}, // gguf: a file that comes as a blob
	{"cmd/...", []string{"..."}},
	{"internal/tools/...", []string{"..."}}, // programs for development, imported by nobody
}

type importRule struct {
	who  string
	whom []string
}

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImports(t *testing.T) {
	packages := listPackages(t, "./...")
	if len(packages) < 5 {
		t.Fatalf("go list found %d packages", len(packages))
	}
	// The guest has its files where it is built to, and nowhere else.
	packages = append(packages, listPackages(t, "./wasm/guest", "GOOS=wasip1", "GOARCH=wasm")...)
	for _, p := range packages {
		who := relative(p.ImportPath)
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported+"/", module+"/") {
				continue
			}
			if whom := relative(imported); !allowed(who, whom) {
				t.Errorf("%s imports %s, which the rules do not allow", who, whom)
			}
		}
	}
}

func TestImportRulesBite(t *testing.T) {
	for _, edge := range [][2]string{
		{"internal/half", "quantize"},
		{"internal/half", "internal/binio"},
		{"quantize", "gguf"},
		{"gguf/safetensors", "gguf"},
		{"gguf", "gguf/safetensors"},
		{"gguf/convert", "gguf/inspect"},
		{"gguf/convert", "internal/tools/synthmodel"},
		{"gguf/unlisted", "quantize"},
		{"cmd/nibble", "quantize/internal/tables"},
		{"wasm", "tokenize"},
		{"wasm/host", "wasm/internal/text"},
		{"wasm/host", "tokenize"},
		{"wasm/guest", "tokenize"},
		{"wasm/internal/text", "tokenize/hf"},
		{"playground", "wasm"},
	} {
		if allowed(edge[0], edge[1]) {
			t.Errorf("the rules let %s import %s", edge[0], edge[1])
		}
	}
}

func allowed(who, whom string) bool {
	if matches("internal/tools/...", whom) {
		return matches("internal/tools/...", who)
	}
	// The parts of a tree such as quantize/internal/... belong to the package at its root.
	whoRoot, whoNested := nestedRoot(who)
	whomRoot, whomNested := nestedRoot(whom)
	switch {
	case whomNested && (who == whomRoot || whoRoot == whomRoot):
		return true
	case whomNested && !strings.HasPrefix(who, whomRoot+"/"):
		return false
	case whoNested && whom == whoRoot:
		return true
	case matches("internal/...", who) && !matches("internal/tools/...", who):
		return false
	case matches("internal/...", whom):
		return true
	}
	return slices.ContainsFunc(mayImport, func(rule importRule) bool {
		return matches(rule.who, who) && slices.ContainsFunc(rule.whom, func(p string) bool { return matches(p, whom) })
	})
}

// nestedRoot returns the package that a package of its own internal tree belongs to: quantize for
// quantize/internal/tables.
func nestedRoot(path string) (string, bool) {
	root, _, nested := strings.Cut(path, "/internal/")
	return root, nested
}

func matches(pattern, path string) bool {
	if tree, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(path+"/", tree)
	}
	return pattern == path
}

func relative(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

func listPackages(t *testing.T, pattern string, environment ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", pattern)
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Skip("the go command is not there to list the packages: ", err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// TestNoMachineInTrackedFiles: what is committed holds on any machine, so it names no path of the machine that it was
// written on and no host of a package registry. (A file that is generated by a tool that pins hashes is left out.)
func TestNoMachineInTrackedFiles(t *testing.T) {
	if _, err := exec.Command("git", "rev-parse", "--git-dir").Output(); err != nil {
		t.Skip("not a git work tree: ", err)
	}
	patterns := []string{
		`/(wor[k]|roo[t]|hom[e]|far[m])/[A-Za-z0-9_.]`,
		`/tm[p]/[A-Za-z0-9_.]`,
		`proxy\.golan[g]\.org|pypi\.or[g]|registry\.npmj[s]|crates\.i[o]|deb\.debia[n]|sum\.golan[g]`,
	}
	for _, pattern := range patterns {
		cmd := exec.Command("git", "grep", "-nIE", pattern, "--", ".", ":!*.sum", ":!*testdata/*", ":!*/fable-4m/*", ":!LICENSE")
		out, err := cmd.Output()
		var exit *exec.ExitError
		switch {
		case err == nil:
			t.Errorf("tracked files match %s:\n%s", pattern, out)
		case errors.As(err, &exit) && exit.ExitCode() == 1: // nothing found
		default:
			t.Fatal(err)
		}
	}
}
