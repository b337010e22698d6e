package host

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/wasm"
)

// built are the modules as the go command links them, made once for all tests.
var built struct {
	sync.Mutex
	code map[string][]byte
	dir  string
}

var all = flag.Bool("module.all", false, "run the tests that take a minute: make module")

func skipUnlessAll(t *testing.T) {
	t.Helper()
	if !*all {
		t.Skip("takes long: make module runs it")
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

// The builds of the module, by their build tags: the whole guest, as webbuild
// makes it, and the small one.
const (
	whole = "nibblesimd"
	small = "nibbletext"
)

// moduleCode returns a build of the module.
func moduleCode(t testing.TB, tags string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("linking and compiling the module takes long")
	}
	built.Lock()
	defer built.Unlock()
	if code := built.code[tags]; code != nil {
		return code
	}
	if built.code == nil {
		built.code = map[string][]byte{}
		dir, err := os.MkdirTemp("", "nibble-host")
		if err != nil {
			t.Fatal(err)
		}
		built.dir = dir
	}
	path := filepath.Join(built.dir, "guest"+tags+".wasm")
	cmd := exec.Command("go", "build", "-tags", tags, "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", path, "../guest")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the go command does not build the module: %v\n%s", err, out)
	}
	code, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if tags == whole {
		kernels, err := os.ReadFile("../../quantize/kernel_simd128.wasm")
		if err != nil {
			t.Fatal(err)
		}
		code = wasm.AppendKernels(code, kernels)
	}
	built.code[tags] = code
	return code
}

func newModule(t testing.TB, tags string, o Options) *Module {
	t.Helper()
	code := moduleCode(t, tags)
	o.CacheDir = filepath.Join(built.dir, "cache") // compiled once for all tests
	m, err := Compile(t.Context(), code, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestCall(t *testing.T) {
	m := newModule(t, whole, Options{})
	g, err := m.NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var types wasm.QuantizeTypesReply
	if _, err := g.Call(t.Context(), wasm.OpQuantizeTypes, &wasm.Empty{}, &types); err != nil {
		t.Fatal(err)
	}
	if len(types.Types) < 20 {
		t.Errorf("%d types", len(types.Types))
	}
	if _, err := g.Call(t.Context(), wasm.OpTextClose, &wasm.TextHandle{Tokenizer: 7}, nil); !errors.Is(err, ErrUsage) {
		t.Errorf("closing what is not open: %v", err)
	}
}
