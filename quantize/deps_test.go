package quantize

import (
	"os/exec"
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
	out, err := exec.Command(goTool, "list", "-deps", ".").Output()
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
