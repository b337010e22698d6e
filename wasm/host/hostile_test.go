package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/hostilefiles"
	"github.com/nibble-go/nibble/wasm"
)

// TestHostileFiles opens what the tests of the other packages made up to harm
// readers: package hostilefiles keeps it for `make module`.
func TestHostileFiles(t *testing.T) {
	root := os.Getenv(hostilefiles.Variable)
	if root == "" {
		t.Skipf("no %s: make module makes the files and sets it", hostilefiles.Variable)
	}
	m := newModule(t, whole, Options{})
	g, err := m.NewGuest(t.Context(), os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 500 {
		t.Fatalf("%d hostile files", len(entries))
	}
	read, refused, large := 0, 0, 0
	for _, e := range entries {
		// Of large vocabularies, whose damaged copies are many and take a second each, some will do.
		if size := treeSize(t, filepath.Join(root, e.Name())); size > 100<<10 {
			if large++; large%largeShare != 0 {
				continue
			}
		}
		for _, call := range hostileCalls(t, os.DirFS(root), e.Name()) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			_, err := g.Call(ctx, call.op, call.request, nil)
			cancel()
			var answer *Error
			switch {
			case err == nil:
				read++
			case errors.As(err, &answer) && !errors.Is(err, ErrInternal):
				refused++
				if strings.ContainsAny(answer.Message, "\n\x00\x1b") {
					t.Errorf("%s: an error of more than a line of text: %q", e.Name(), answer.Message)
				}
			default:
				t.Errorf("%s: %v", filepath.Join(root, e.Name()), err)
				if g, err = m.NewGuest(t.Context(), os.DirFS(root)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Logf("%d calls went well, %d were refused; %d MiB of memory", read, refused, g.MemoryBytes()>>20)
}

const largeShare = 25

// treeSize returns the bytes of the files of a directory.
func treeSize(t *testing.T, dir string) (size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}

type hostileCall struct {
	op      wasm.Op
	request wasm.Outgoing
}

// hostileCalls returns what to do with a file.
func hostileCalls(t *testing.T, files fs.FS, dir string) []hostileCall {
	t.Helper()
	if strings.HasPrefix(dir, "model-") {
		return []hostileCall{
			{wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: "/" + dir}},
			{wasm.OpConvertPlan, &wasm.ConvertPlanRequest{Path: "/" + dir}},
		}
	}
	entries, err := fs.ReadDir(files, dir)
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	file := path.Join("/", dir, entries[0].Name())
	var calls []hostileCall
	if ext := path.Ext(file); ext == ".gguf" || ext == ".safetensors" {
		calls = append(calls, hostileCall{wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: file}})
		if ext == ".safetensors" {
			return calls
		}
		calls = append(calls, hostileCall{wasm.OpConvertPlan, &wasm.ConvertPlanRequest{Path: file}})
	}
	return append(calls, hostileCall{wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{file}}})
}
