package nibble_test

import (
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The programs of the README compile, run where its commands do, and print what their comments say.
func TestReadmeLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs: make test does")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 3 {
		t.Fatalf("%d programs, want those for three packages", len(blocks))
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "fable-4m"), os.DirFS("internal/sample/fable-4m")); err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks {
		if formatted, err := format.Source([]byte(block[1])); err != nil || string(formatted) != block[1] {
			t.Errorf("%v\n%s\nis formatted\n%s", err, block[1], formatted)
		}
		source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
		if err := os.WriteFile(source, []byte(readmeProgram(block[1])), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, block[1], out)
			continue
		}
		run := exec.Command(program)
		run.Dir = dir
		out, err := run.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s\n%s", err, block[1], out)
		}
		for _, said := range regexp.MustCompile(`fmt\.Print.* // (.*?)(?:: .*)?\n`).FindAllStringSubmatch(block[1], -1) {
			if !slices.Contains(strings.Split(string(out), "\n"), said[1]) {
				t.Errorf("%s\nprints\n%s\nnot %q", block[1], out, said[1])
			}
		}
	}
}

// readmeProgram makes a program of a function's body.
func readmeProgram(body string) string {
	imports := ""
	for _, path := range []string{"fmt", "slices", module + "/quantize", module + "/gguf/convert", module + "/tokenize"} {
		if strings.Contains(body, path[strings.LastIndexByte(path, '/')+1:]+".") {
			imports += "import \"" + path + "\"\n"
		}
	}
	return "package main\n\nimport \"context\"\nimport \"log\"\n" + imports + `
func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
` + body + "\treturn nil\n}\n"
}
