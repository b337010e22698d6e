package wasmpack

import (
	"bytes"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// guest is an instance of the program in testdata/guest.
type guest struct {
	name   string
	module api.Module
	stderr bytes.Buffer
}

func load(t *testing.T, name string, module []byte) *guest {
	t.Helper()
	ctx := t.Context()
	runtime := wazero.NewRuntime(ctx)
	t.Cleanup(func() {
		if err := runtime.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	g := &guest{name: name}
	config := wazero.NewModuleConfig().WithStartFunctions("_initialize").WithStderr(&g.stderr)
	var err error
	if g.module, err = runtime.InstantiateWithConfig(ctx, module, config); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return g
}

// call returns what an exported function prints.
func (g *guest) call(t *testing.T, function string) string {
	t.Helper()
	g.stderr.Reset()
	if _, err := g.module.ExportedFunction(function).Call(t.Context()); err != nil {
		t.Fatalf("%s: %s: %v\n%s", g.name, function, err, &g.stderr)
	}
	return g.stderr.String()
}

// trap returns what an exported function prints that ends the program.
func (g *guest) trap(t *testing.T, function string) string {
	t.Helper()
	g.stderr.Reset()
	if _, err := g.module.ExportedFunction(function).Call(t.Context()); err == nil {
		t.Fatalf("%s: %s came back", g.name, function)
	}
	return g.stderr.String()
}
