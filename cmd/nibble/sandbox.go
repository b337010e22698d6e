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

const sandboxHelp = `read the file in a sandbox, a WebAssembly module that can reach nothing but it
and ends at a gibibyte of memory or after a minute`

func addSandboxFlag(flags *pflag.FlagSet, sandboxed *bool) {
	flags.BoolVar(sandboxed, "sandbox", false, sandboxHelp)
}

// errSandboxTime reports that a file kept the sandbox busy for too long.
var errSandboxTime = errors.New("the sandbox's time is up")

// A sandbox is the module with what it may see of the file system.
type sandbox struct {
	module *host.Module
	guest  *host.Guest
	path   string // that the user gave
	inside string // the same as the module sees it
	ctx    context.Context
	cancel context.CancelFunc
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
	files, inside, err := sandboxFiles(path)
	if err != nil {
		return nil, err
	}
	s := &sandbox{path: path, inside: inside}
	// Compiling takes a few seconds once, and is not the file's doing.
	if s.module, err = host.Compile(ctx, code, host.Options{MemoryBytes: sandboxMemory, CacheDir: moduleCache()}); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithTimeoutCause(ctx, sandboxTime, errSandboxTime)
	if s.guest, err = s.module.NewGuest(s.ctx, files); err != nil {
		return nil, errors.Join(s.fault(err), s.Close())
	}
	return s, nil
}

// moduleCache returns where compiled modules are kept, "" where the system has no such place.
func moduleCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "nibble", "wasm")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

func (s *sandbox) Close() error {
	s.cancel()
	return s.module.Close(context.Background()) // also when the command's own context has ended
}

// call makes a call of the module.
func (s *sandbox) call(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) ([][]byte, error) {
	out, err := s.guest.Call(s.ctx, op, request, reply, blobs...)
	return out, s.fault(err)
}

// fault names in an error what the module calls otherwise.
func (s *sandbox) fault(err error) error {
	var refused *host.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded) && errors.Is(context.Cause(s.ctx), errSandboxTime):
		return fmt.Errorf("%s: %w: %s", s.path, errSandboxTime, sandboxTime)
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
