package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"

	"github.com/nibble-go/nibble/wasm"
)

// A Guest is an instance of a Module. One goroutine at a time may use it.
type Guest struct {
	instance api.Module
	kernels  api.Module // nil if the module has none
	kernelOf map[string]api.Function
	log      *printed
	dead     error

	request, call, replyAddress, replyLength api.Function
}

// NewGuest makes an instance that sees files as its file system "/", read-only.
// Nil: no files.
func (m *Module) NewGuest(ctx context.Context, files fs.FS) (*Guest, error) {
	log := new(printed)
	config := wazero.NewModuleConfig().
		WithName("").         // any number of instances
		WithStartFunctions(). // the kernels come first
		WithStdout(log).WithStderr(log).
		WithSysWalltime().WithSysNanotime()
	if files != nil {
		config = config.WithFSConfig(wazero.NewFSConfig().WithFSMount(files, "/"))
	}
	g := &Guest{kernelOf: map[string]api.Function{}, log: log}
	instance, err := m.runtime.InstantiateModule(ctx, m.compiled, config)
	if err != nil {
		return nil, g.died(ctx, err)
	}
	g.instance = instance
	if m.kernels.compiled != nil {
		if g.kernels, err = m.kernels.instantiate(ctx, instance); err != nil {
			return nil, errors.Join(err, instance.Close(ctx))
		}
	}
	if err := g.initialize(ctx); err != nil {
		return nil, errors.Join(err, g.Close(ctx))
	}
	return g, nil
}

// initialize starts the guest's runtime and looks for what it exports.
func (g *Guest) initialize(ctx context.Context) error {
	start := g.instance.ExportedFunction("_initialize")
	if start == nil {
		return errors.New("the module does not export _initialize")
	}
	if _, err := start.Call(ctx); err != nil {
		return g.died(ctx, err)
	}
	for name, f := range map[string]*api.Function{
		"nibble_request": &g.request, "nibble_call": &g.call, "nibble_reply_address": &g.replyAddress, "nibble_reply_length": &g.replyLength,
	} {
		if *f = g.instance.ExportedFunction(name); *f == nil {
			return fmt.Errorf("the module does not export %s", name)
		}
	}
	version, err := g.u32(ctx, g.instance.ExportedFunction("nibble_abi"))
	if err == nil && version != wasm.Version {
		err = errors.New("the module is of another version of nibble")
	}
	return err
}

// Close frees the guest's memory.
func (g *Guest) Close(ctx context.Context) error {
	if g.dead == nil {
		g.dead = ErrDead
	}
	err := g.instance.Close(ctx)
	if g.kernels != nil {
		err = errors.Join(err, g.kernels.Close(ctx))
	}
	return err
}

// MemoryBytes returns the size of the guest's memory, which never shrinks.
func (g *Guest) MemoryBytes() int64 { return int64(g.instance.Memory().Size()) }

// Call makes a call. It sets reply, unless it is nil, and returns the blobs of
// the reply, which are the caller's.
func (g *Guest) Call(ctx context.Context, op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) ([][]byte, error) {
	if g.dead != nil {
		return nil, g.dead
	}
	if 1+len(blobs) > wasm.MaxParts {
		return nil, &Error{wasm.StatusLimit, fmt.Sprintf("a request of %d blobs, more than %d", len(blobs), wasm.MaxParts-1)}
	}
	message := wasm.AppendMessage(nil, append([][]byte{request.AppendJSON(nil)}, blobs...)...)
	status, answer, err := g.exchange(ctx, op, message)
	if err != nil {
		return nil, err
	}
	parts, err := wasm.ParseMessage(answer)
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	if status != wasm.StatusOK {
		var failure wasm.Failure
		if err := wasm.ParseJSON(parts[0], &failure); err != nil {
			return nil, fmt.Errorf("reply: %w", err)
		}
		if status == wasm.StatusInternal {
			g.dead = ErrDead
		}
		return nil, &Error{status, failure.Message}
	}
	if reply != nil {
		if err := wasm.ParseJSON(parts[0], reply); err != nil {
			return nil, fmt.Errorf("reply: %w", err)
		}
	}
	return parts[1:], nil
}

// exchange hands a message over and returns a copy of the reply.
func (g *Guest) exchange(ctx context.Context, op wasm.Op, message []byte) (wasm.Status, []byte, error) {
	if int64(len(message)) > maxPages*pageBytes/2 {
		return 0, nil, fmt.Errorf("%w: a request of %d bytes", ErrMemory, len(message))
	}
	at, err := g.u32(ctx, g.request, uint64(len(message)))
	if err != nil {
		return 0, nil, err
	}
	if !g.instance.Memory().Write(at, message) {
		return 0, nil, g.died(ctx, errors.New("the request's buffer is out of bounds"))
	}
	status, err := g.u32(ctx, g.call, uint64(op), uint64(len(message)))
	if err != nil {
		return 0, nil, err
	}
	at, err = g.u32(ctx, g.replyAddress)
	if err != nil {
		return 0, nil, err
	}
	length, err := g.u32(ctx, g.replyLength)
	if err != nil {
		return 0, nil, err
	}
	answer, ok := g.instance.Memory().Read(at, length)
	if !ok {
		return 0, nil, g.died(ctx, errors.New("the reply is out of bounds"))
	}
	return wasm.Status(status), slices.Clone(answer), nil
}

// u32 calls an exported function that returns a number.
func (g *Guest) u32(ctx context.Context, f api.Function, params ...uint64) (uint32, error) {
	results, err := f.Call(context.WithValue(ctx, guestKey{}, g), params...)
	if err != nil {
		return 0, g.died(ctx, err)
	}
	return api.DecodeU32(results[0]), nil
}

// died notes that the guest is dead and returns why.
func (g *Guest) died(ctx context.Context, err error) error {
	g.dead = ErrDead
	var exit *sys.ExitError
	switch {
	case ctx.Err() != nil && errors.As(err, &exit):
		return ctx.Err()
	case g.log.contains("out of memory"): // what Go's runtime says before it gives up
		return ErrMemory
	}
	if said := g.log.firstLine(); said != "" {
		return fmt.Errorf("%w: %s", ErrTrap, said)
	}
	first, _, _ := strings.Cut(err.Error(), "\n") // the stack of the guest follows
	return fmt.Errorf("%w: %s", ErrTrap, first)
}
