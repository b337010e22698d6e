package host

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"

	"github.com/nibble-go/nibble/wasm"
)

// The functions that the modules need of their hosts. More of them are more
// that a file could reach, more for every host to serve, and a sign that a
// package came in which the module can do without.
var (
	runtimeImports = []string{
		"args_get", "args_sizes_get", "clock_time_get", "environ_get", "environ_sizes_get", "fd_write", "poll_oneoff", "proc_exit",
		"random_get", "sched_yield",
	}
	smallImports = runtimeImports
	wholeImports = slices.Concat(runtimeImports, []string{
		"fd_close", "fd_fdstat_get", "fd_fdstat_set_flags", "fd_filestat_get", "fd_pread", "fd_prestat_dir_name", "fd_prestat_get",
		"fd_pwrite", "fd_read", "fd_readdir", "path_filestat_get", "path_open", "path_readlink",
	})
)

// kernelImports returns what the whole module imports beside those of WASI: all kernels,
// and the question whether there are any.
func kernelImports(t *testing.T) []string {
	t.Helper()
	code, err := os.ReadFile("../../quantize/kernel_simd128.wasm")
	if err != nil {
		t.Fatal(err)
	}
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	kernels, err := runtime.CompileModule(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return append(slices.Collect(maps.Keys(kernels.ExportedFunctions())), wasm.KernelsAvailable)
}

func TestImports(t *testing.T) {
	for tags, want := range map[string]map[string][]string{
		whole: {"wasi_snapshot_preview1": wholeImports, wasm.KernelsModule: kernelImports(t)},
		small: {"wasi_snapshot_preview1": smallImports},
	} {
		got := map[string][]string{}
		for _, name := range newModule(t, tags, Options{}).imports() {
			module, function, _ := strings.Cut(name, ".")
			got[module] = append(got[module], function)
		}
		for _, module := range slices.Sorted(maps.Keys(got)) {
			functions := slices.Compact(slices.Sorted(slices.Values(got[module])))
			if wanted := slices.Sorted(slices.Values(want[module])); !slices.Equal(functions, wanted) {
				t.Errorf("%s: imports of %s %v, want %v", tags, module, functions, wanted)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: imports of %d modules, want %d", tags, len(got), len(want))
		}
	}
}

func openSample(t *testing.T, g *Guest) int {
	t.Helper()
	data, err := os.ReadFile("../../internal/sample/fable-4m/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	var opened wasm.TextOpenReply
	if _, err := g.Call(t.Context(), wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, &opened, data); err != nil {
		t.Fatal(err)
	}
	return opened.Tokenizer
}

func TestMemoryLimit(t *testing.T) {
	m := newModule(t, whole, Options{MemoryBytes: 48 << 20})
	g, err := m.NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request := &wasm.TextEncodeRequest{Tokenizer: openSample(t, g)}
	text := []byte(strings.Repeat("many words take many tokens ", 1<<20))
	if _, err := g.Call(t.Context(), wasm.OpTextEncode, request, nil, text); !errors.Is(err, ErrMemory) {
		t.Fatalf("got %v, want ErrMemory", err)
	}
	if _, err := g.Call(t.Context(), wasm.OpTextEncode, request, nil, []byte("more")); !errors.Is(err, ErrDead) {
		t.Errorf("a call after the end: %v, want ErrDead", err)
	}
	other, err := m.NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatalf("another guest of the module: %v", err)
	}
	openSample(t, other)
}

// TestPartsLimit: what no guest can parse is not sent, and the guest lives on.
func TestPartsLimit(t *testing.T) {
	g, err := newModule(t, whole, Options{}).NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request := &wasm.TextBatchRequest{Tokenizer: openSample(t, g)}
	if _, err := g.Call(t.Context(), wasm.OpTextBatch, request, nil, make([][]byte, wasm.MaxParts)...); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v, want ErrLimit", err)
	}
	var reply wasm.TextBatchReply
	if _, err := g.Call(t.Context(), wasm.OpTextBatch, request, &reply, make([][]byte, 40_000)...); err != nil || len(reply.Rows) != 40_000 {
		t.Errorf("%d rows, want 40000; %v", len(reply.Rows), err)
	}
}

func TestDeadline(t *testing.T) {
	m := newModule(t, whole, Options{})
	g, err := m.NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request := &wasm.TextEncodeRequest{Tokenizer: openSample(t, g)}
	text := []byte(strings.Repeat("many words take much time ", 1<<20))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := g.Call(ctx, wasm.OpTextCount, request, nil, text); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the call ended after %v", took)
	}
	if _, err := g.Call(t.Context(), wasm.OpTextCount, request, nil, []byte("more")); !errors.Is(err, ErrDead) {
		t.Errorf("a call after the end: %v, want ErrDead", err)
	}
}

// TestReach shows that a guest sees the files that it was given and no others.
func TestReach(t *testing.T) {
	outer := t.TempDir()
	if err := os.WriteFile(filepath.Join(outer, "secret.gguf"), []byte("GGUF"), 0o600); err != nil {
		t.Fatal(err)
	}
	inner := filepath.Join(outer, "inner")
	if err := os.Mkdir(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inner, "known.gguf"), []byte("GGUF"), 0o600); err != nil {
		t.Fatal(err)
	}
	g := newGuest(t, whole, inner)
	for path, want := range map[string]error{
		"/known.gguf":                           ErrFormat, // it was read
		"/secret.gguf":                          ErrInput,
		"/../secret.gguf":                       ErrInput,
		"../secret.gguf":                        ErrInput,
		filepath.Join(outer, "secret.gguf"):     ErrInput,
		"/inner/../../secret.gguf":              ErrInput,
		"/proc/self/environ":                    ErrInput,
		"/known.gguf/../../secret.gguf\x00.txt": ErrInput,
	} {
		if _, err := g.Call(t.Context(), wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: path}, nil); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", path, err, want)
		}
	}
}
