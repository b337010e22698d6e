package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/playground"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/host"
)

// The bounds of a sandbox. The largest vocabularies seen take a tenth of them.
const (
	sandboxMemory = 1 << 30
	sandboxTime   = time.Minute
)

const sandboxHelp = `read the model in a sandbox, a WebAssembly module that can reach nothing but its
files and ends at a gibibyte of memory or after a minute; the first use compiles
the module, which takes some seconds`

func addSandboxFlag(flags *pflag.FlagSet, sandboxed *bool) {
	flags.BoolVar(sandboxed, "sandbox", false, sandboxHelp)
}

// errSandboxTime reports that a file kept the sandbox busy for too long.
var errSandboxTime = errors.New("the sandbox's time is up")

// A sandbox is the module with what it may see of the file system.
type sandbox struct {
	module *host.Module
	guest  *host.Guest
	files  *visibleFiles
	path   string          // that the user gave
	inside string          // the same as the module sees it
	ctx    context.Context // of the command
}

// openSandbox starts a sandbox that sees the model directory at path, or the file and what belongs to it.
func openSandbox(ctx context.Context, path string) (_ *sandbox, err error) {
	code, err := playground.Module()
	if errors.Is(err, playground.ErrNotBuilt) {
		return nil, &hintedError{err: fmt.Errorf("--sandbox: %w", err), hint: "make build makes one that has them"}
	}
	if err != nil {
		return nil, err
	}
	s := &sandbox{path: path, ctx: ctx}
	if s.files, s.inside, err = sandboxFiles(path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.module, err = compileModule(ctx, code); err != nil {
		return nil, err
	}
	s.guest, err = s.module.NewGuest(ctx, s.files)
	return s, s.fault(err)
}

// compileModule compiles the module, or finds it compiled by an earlier run. What is kept of one may be damaged, and then
// the module is compiled anew.
func compileModule(ctx context.Context, code []byte) (*host.Module, error) {
	o := host.Options{MemoryBytes: sandboxMemory, CacheDir: moduleCache()}
	module, err := host.Compile(ctx, code, o)
	if err == nil || o.CacheDir == "" || ctx.Err() != nil {
		return module, err
	}
	if err := os.RemoveAll(o.CacheDir); err != nil {
		return nil, err
	}
	return host.Compile(ctx, code, host.Options{MemoryBytes: sandboxMemory})
}

// moduleCache returns where compiled modules are kept, "" where the system has no such place for this user alone: what is
// there is run.
func moduleCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "nibble", "wasm")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	if info, err := os.Stat(dir); err != nil || !ownedAlone(info) {
		return ""
	}
	return dir
}

func (s *sandbox) Close() error {
	err := s.files.Close()
	if s.module != nil {
		err = errors.Join(err, s.module.Close(context.Background())) // also when the command's own context has ended
	}
	return err
}

// call makes a call of the module, which has the sandbox's time for it.
func (s *sandbox) call(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) ([][]byte, error) {
	ctx, cancel := context.WithTimeoutCause(s.ctx, sandboxTime, errSandboxTime)
	defer cancel()
	out, err := s.guest.Call(ctx, op, request, reply, blobs...)
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(ctx), errSandboxTime) {
		return nil, fmt.Errorf("%s: %w: %s", s.path, errSandboxTime, sandboxTime)
	}
	return out, s.fault(err)
}

// fault names in an error what the module calls otherwise.
func (s *sandbox) fault(err error) error {
	var refused *host.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, host.ErrMemory):
		return fmt.Errorf("%s: %w: %s", s.path, err, units.Bytes(sandboxMemory))
	case errors.As(err, &refused):
		return &host.Error{Status: refused.Status, Message: strings.ReplaceAll(refused.Message, s.inside, s.path)}
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// inspectSandboxed is inspect.Open in a sandbox.
func inspectSandboxed(ctx context.Context, path string) (_ *inspect.Report, err error) {
	s, err := openSandbox(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var reply wasm.WeightsOpenReply
	if _, err := s.call(wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: s.inside}, &reply); err != nil {
		return nil, err
	}
	report := new(inspect.Report)
	return report, json.Unmarshal(reply.Report, report)
}
