package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// Options bound what guests may have. The zero value is useful.
type Options struct {
	// MemoryBytes bounds the memory of a guest, rounded up to pages of 64 KiB.
	// 0: 512 MiB.
	MemoryBytes int64

	// CacheDir is a directory for compiled modules, made if it is not there.
	// Empty: each Compile takes its full time.
	CacheDir string

	plain bool // leave the kernels alone: tests do
}

const (
	defaultMemory = 512 << 20
	pageBytes     = 64 << 10
	maxPages      = 1 << 16 // what 32 bits address
)

func (o Options) pages() uint32 {
	limit := o.MemoryBytes
	if limit <= 0 {
		limit = defaultMemory
	}
	return uint32(min((limit+pageBytes-1)/pageBytes, maxPages))
}

// A Module is the compiled module. Any number of goroutines may make guests of
// it.
type Module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache
	kernels  kernels
}

// Compile compiles the module in code, the bytes of nibble.wasm or of
// nibble-text.wasm.
func Compile(ctx context.Context, code []byte, o Options) (_ *Module, err error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(o.pages()).WithCloseOnContextDone(true).WithCustomSections(true)
	m := &Module{}
	defer func() {
		if err != nil {
			_ = m.Close(ctx) // the first error counts
		}
	}()
	if o.CacheDir != "" {
		if m.cache, err = wazero.NewCompilationCacheWithDir(o.CacheDir); err != nil {
			return nil, err
		}
		config = config.WithCompilationCache(m.cache)
	}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, err
	}
	if m.compiled, err = m.runtime.CompileModule(ctx, code); err != nil {
		return nil, fmt.Errorf("compile the module: %w", err)
	}
	if !o.plain {
		err = m.compileKernels(ctx)
	}
	if err == nil {
		err = m.exportKernels(ctx)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Close ends all guests of the module.
func (m *Module) Close(ctx context.Context) error {
	var errs []error
	for _, r := range []wazero.Runtime{m.runtime, m.kernels.runtime} {
		if r != nil {
			errs = append(errs, r.Close(ctx))
		}
	}
	if m.cache != nil {
		errs = append(errs, m.cache.Close(ctx))
	}
	return errors.Join(errs...)
}

// imports returns the names of the functions that the module needs of its host,
// such as "wasi_snapshot_preview1.random_get".
func (m *Module) imports() []string {
	var names []string
	for _, f := range m.compiled.ImportedFunctions() {
		module, name, _ := f.Import()
		names = append(names, module+"."+name)
	}
	return names
}
