package host

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/nibble-go/nibble/wasm"
)

// The kernels of the module, which ride in it, have a runtime of their own: it does not
// look whether the context is done, which takes more than a kernel's loops do. A kernel
// is done in microseconds.
type kernels struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// compileKernels compiles the kernels of a module, if it has any.
func (m *Module) compileKernels(ctx context.Context) error {
	for _, section := range m.compiled.CustomSections() {
		if section.Name() != wasm.KernelsModule {
			continue
		}
		config := wazero.NewRuntimeConfig().WithMemoryLimitPages(maxPages)
		if m.cache != nil {
			config = config.WithCompilationCache(m.cache)
		}
		m.kernels.runtime = wazero.NewRuntimeWithConfig(ctx, config)
		var err error
		if m.kernels.compiled, err = m.kernels.runtime.CompileModule(ctx, section.Data()); err != nil {
			return fmt.Errorf("compile the kernels: %w", err)
		}
	}
	return nil
}

// exportKernels makes the functions that the module imports, for all guests: they call
// the kernels of the guest that calls them.
func (m *Module) exportKernels(ctx context.Context) error {
	builder := m.runtime.NewHostModuleBuilder(wasm.KernelsModule)
	for _, f := range m.compiled.ImportedFunctions() {
		module, name, _ := f.Import()
		if module != wasm.KernelsModule {
			continue
		}
		call := api.GoModuleFunc(func(ctx context.Context, _ api.Module, stack []uint64) {
			callKernel(ctx, name, stack)
		})
		if name == wasm.KernelsAvailable {
			call = func(_ context.Context, _ api.Module, stack []uint64) {
				stack[0] = api.EncodeI32(0)
				if m.kernels.compiled != nil {
					stack[0] = api.EncodeI32(1)
				}
			}
		}
		builder = builder.NewFunctionBuilder().WithGoModuleFunction(call, f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

// instantiate returns kernels that work on a guest's memory.
func (k *kernels) instantiate(ctx context.Context, guest api.Module) (api.Module, error) {
	ctx = experimental.WithImportResolver(ctx, func(name string) api.Module {
		if name == wasm.KernelsMemoryModule {
			return guest
		}
		return nil
	})
	instance, err := k.runtime.InstantiateModule(ctx, k.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("instantiate the kernels: %w", err)
	}
	return instance, nil
}

// guestKey is of the context of calls: its value is the guest that is called.
type guestKey struct{}

func callKernel(ctx context.Context, name string, stack []uint64) {
	g, _ := ctx.Value(guestKey{}).(*Guest)
	if err := g.kernelNamed(name).CallWithStack(ctx, stack); err != nil {
		panic(err) // it ends the call that the guest is in
	}
}

// kernelNamed returns an exported function of the guest's kernels.
func (g *Guest) kernelNamed(name string) api.Function {
	f := g.kernelOf[name]
	if f == nil {
		f = g.kernels.ExportedFunction(name)
		g.kernelOf[name] = f
	}
	return f
}
