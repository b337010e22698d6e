package wasmpack

import (
	"bytes"
	"compress/flate"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the functions of testdata/guest print, packed or not.
var guestPrints = []struct{ function, want string }{
	{"panics", `runtime error: index out of range [4] with length 3
runtime error: invalid memory address or nil pointer dereference
value method main.point.sum called using nil *point pointer
of our own
not recovered by a call too deep
not recovered by a call of what is inlined
`},
	{"collect", "199990000 7\n"},
	{"recurse", "100000\n"},
	{"communicate", "19900 1\n"},
	{"reflected", "24004 12002\n"},
}

func TestPackedModuleDoesTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module and runs it twice: make test does")
	}
	whole := buildGuest(t)
	packed, err := Pack(whole)
	if err != nil {
		t.Fatal(err)
	}
	before, after := load(t, "the module", whole), load(t, "the packed module", packed)
	for _, test := range guestPrints {
		t.Run(test.function, func(t *testing.T) {
			for _, guest := range []*guest{before, after} {
				if got := guest.call(t, test.function); got != test.want {
					t.Errorf("%s printed\n%s\nwant\n%s", guest.name, got, test.want)
				}
			}
		})
	}
	if got := before.call(t, "here"); !strings.Contains(got, "main.go") {
		t.Errorf("before packing the runtime knows this of a line: %s", got)
	}
	if got, want := after.call(t, "here"), "? 0 true\n"; got != want {
		t.Errorf("after packing the runtime knows this of a line: %s", got)
	}
	for _, guest := range []*guest{before, after} {
		if got, want := guest.trap(t, "hang"), "all goroutines are asleep - deadlock!"; !strings.Contains(got, want) {
			t.Errorf("%s printed %q while nobody can go on, want %q", guest.name, got, want)
		}
	}
}

func TestPackMakesSmaller(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module: make test does")
	}
	whole := buildGuest(t)
	input := bytes.Clone(whole)
	packed, err := Pack(whole)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole, input) {
		t.Error("Pack changed its argument")
	}
	if before, after := deflated(t, whole), deflated(t, packed); after > before*4/5 {
		t.Errorf("compressed, the module is %d bytes and the packed one %d", before, after)
	}
	again, err := Pack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, packed) {
		t.Error("packing twice is not packing once")
	}
}

// buildGuest links the program in testdata/guest as a module for browsers.
func buildGuest(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-w", "-o", file, "./testdata/guest")
	cmd.Env = append(cmd.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	module, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func deflated(t *testing.T, data []byte) int {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
