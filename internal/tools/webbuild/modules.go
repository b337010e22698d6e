package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/nibble-go/nibble/wasm"
)

// linker returns a function that links the guest. What is up to date already takes it no time: the go command sees to
// that.
func linker(root string) func(tags, output string) error {
	return func(tags, output string) error {
		output, err := filepath.Abs(output)
		if err != nil {
			return err
		}
		cmd := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-w",
			"-tags="+tags, "-o", output, "./wasm/guest")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOWASM=", "GOFLAGS=", "GOEXPERIMENT=")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
		return nil
	}
}

// module links and packs a module, gives it its kernels, and leaves it in the work directory as well.
func (b *build) module(name, tags string) ([]byte, error) {
	linked := filepath.Join(b.work, "linked", name)
	if err := os.MkdirAll(filepath.Dir(linked), 0o777); err != nil {
		return nil, err
	}
	if err := b.link(tags, linked); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(linked)
	if err != nil {
		return nil, err
	}
	if data, err = b.pack(data); err != nil {
		return nil, err
	}
	if tags == wholeTags {
		kernels, err := os.ReadFile(b.kernels)
		if err != nil {
			return nil, err
		}
		data = wasm.AppendKernels(data, kernels)
	}
	return data, writeFile(filepath.Join(b.work, name), data)
}
