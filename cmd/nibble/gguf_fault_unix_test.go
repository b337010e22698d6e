//go:build unix

package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf/convert"
)

// sampleFile converts the sample model, and returns the file's path and bytes.
func sampleFile(t *testing.T) (string, []byte) {
	t.Helper()
	model := extract(t)
	path := filepath.Join(t.TempDir(), "model.gguf")
	plan, err := convert.NewPlan(t.Context(), model, convert.Options{Type: "f16"})
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	if _, err := plan.WriteFile(context.Background(), path, convert.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, data
}

// A file whose metadata is changed is the old one or the new one, whenever its writer is killed.
func TestSetKilledAtRandom(t *testing.T) {
	for _, c := range []struct {
		name   string
		key    string
		values [2]string
		how    string
	}{
		{"by copy", "general.name", [2]string{"A", "A longer name"}, "by a new file"},
		{"in place", "llama.context_length", [2]string{"65535", "1024"}, "in place"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, _ := sampleFile(t)
			set := func(i int) *process { return start(t, "gguf", "set", path, c.key, c.values[i%2]) }
			var complete [2][]byte
			for i := range complete {
				said, err := exec.Command("nibble", "gguf", "set", path, c.key, c.values[i], "--dry-run").Output()
				if err != nil || !strings.Contains(string(said), c.how) {
					t.Fatalf("it would be changed otherwise: %s, %v", said, err)
				}
				if code := set(i).wait(t); code != exitOK {
					t.Fatalf("exit code %d", code)
				}
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				complete[i] = data
			}
			const seed = 1
			random := rand.New(rand.NewPCG(seed, 0))
			for i := range 30 {
				p := set(i)
				time.Sleep(time.Duration(random.IntN(40_000)) * time.Microsecond)
				_ = p.cmd.Process.Kill()
				p.wait(t)
				got, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, complete[0]) && !bytes.Equal(got, complete[1]) {
					t.Fatalf("kill %d: the file is neither the old nor the new one", i)
				}
			}
			if code := start(t, "gguf", "set", path, "general.author", "x").wait(t); code != exitOK {
				t.Fatalf("exit code %d", code)
			}
			if left := entries(t, filepath.Dir(path)); len(left) != 1 {
				t.Errorf("after a last, undisturbed run: %q", left)
			}
		})
	}
}

// A file that may not be written is not replaced either, although its directory would allow it.
func TestSetReadOnlyFile(t *testing.T) {
	path, old := sampleFile(t)
	if os.Geteuid() == 0 {
		t.Skip("permissions do not bind root; TestSetFullAndReadOnlyDisk stands in")
	}
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"Fable 5m", "A longer name"} {
		p := start(t, "gguf", "set", path, "general.name", value)
		if code := p.wait(t); code != exitIO || !strings.Contains(p.stderr.String(), "permission denied") {
			t.Errorf("exit code %d, want %d; stderr: %s", code, exitIO, &p.stderr)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, old) {
		t.Errorf("the file was changed: %v", err)
	}
}
