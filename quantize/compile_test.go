package quantize

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The package goes into the wasm module of the page, where these would weigh more
// than all of it.
func TestDependenciesStaySmall(t *testing.T) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to list dependencies with")
	}
	list := exec.Command(goTool, "list", "-deps", ".")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "strconv") {
		t.Fatalf("go list -deps does not list dependencies: %q", deps)
	}
	for _, heavy := range []string{"fmt", "os", "encoding/json", "regexp"} {
		if slices.Contains(deps, heavy) {
			t.Errorf("the package depends on %s", heavy)
		}
	}
}

// No product of this package is fused with a sum, on the architectures whose
// compiler would like to. The vectors show most such mistakes, but only on the
// machine that runs them.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for other architectures: make test does")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to compile with")
	}
	fused := regexp.MustCompile(`(?m)^.*\sV?FN?M(ADD|SUB)\w*\s.*$`)
	for _, env := range [][]string{
		{"GOARCH=arm64"},
		{"GOARCH=amd64", "GOAMD64=v3"},
	} {
		t.Run(strings.Join(env, ","), func(t *testing.T) {
			cmd := exec.Command(goTool, "build", "-gcflags=-S", ".")
			cmd.Env = append(append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0"), env...)
			listing, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, listing)
			}
			if !strings.Contains(string(listing), "encodeQ4K") {
				t.Fatal("the compiler did not list what it made")
			}
			for _, line := range fused.FindAllString(string(listing), -1) {
				t.Error(strings.TrimSpace(line))
			}
		})
	}
}
