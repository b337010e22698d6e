//go:build unix

package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/sample"
)

// A nibble in a process of its own.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command("nibble", args...)} // the test binary under that name: see TestMain
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// wait returns the exit code, -1 after a kill.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

func extract(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names
}

// waitForPart returns when a conversion has begun to write in dir.
func waitForPart(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if len(entries(t, dir)) > 0 {
			return
		}
	}
	t.Fatal("the conversion never began to write")
}

func TestInterrupt(t *testing.T) {
	model, out := extract(t), t.TempDir()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := start(t, "convert", model, "-t", "q4_k_m", "-j", "1", "-o", out)
		waitForPart(t, out)
		if err := p.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if code := p.wait(t); code != exitInterrupted {
			t.Errorf("%v: exit code %d, want %d; stderr: %s", signal, code, exitInterrupted, &p.stderr)
		}
		if got := p.stderr.String(); got != "nibble: interrupted\n" {
			t.Errorf("%v: stderr %q", signal, got)
		}
		if left := entries(t, out); len(left) != 0 {
			t.Errorf("%v: left behind: %q", signal, left)
		}
	}
}

func TestInterruptWhileReading(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, args := range [][]string{{"tokenize"}, {"tokenize", "--count"}, {"tokenize", "--jsonl"}, {"detokenize"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p := &process{cmd: exec.Command("nibble", args...)}
		p.cmd.Stdin, p.cmd.Stderr = r, &p.stderr
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// More than the pipe holds: when all is written, nibble has begun to read.
		if _, err := w.WriteString(strings.Repeat("1 ", 1<<17)); err != nil {
			t.Fatal(err)
		}
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
		if code := p.wait(t); code != exitInterrupted || p.stderr.String() != "nibble: interrupted\n" {
			t.Errorf("%q: exit code %d, want %d; stderr: %s", args, code, exitInterrupted, &p.stderr)
		}
		late.Stop()
		r.Close()
		w.Close()
	}
}

// Killed at any moment, a command leaves the old file or the new one, and the next run leaves nothing else.
func TestKilledAtRandom(t *testing.T) {
	model, dir := extract(t), t.TempDir()
	weights := filepath.Join(dir, "weights.gguf")
	if code := start(t, "convert", model, "-o", weights).wait(t); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	for name, command := range map[string]func(typ, path string) []string{
		"convert":  func(typ, path string) []string { return []string{"convert", model, "-t", typ, "--force", "-o", path} },
		"quantize": func(typ, path string) []string { return []string{"quantize", weights, path, typ, "--force"} },
	} {
		t.Run(name, func(t *testing.T) { testKilledAtRandom(t, command) })
	}
}

func testKilledAtRandom(t *testing.T, command func(typ, path string) []string) {
	out := t.TempDir()
	path := filepath.Join(out, "model.gguf")
	sum := func() [32]byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(data)
	}
	types := []string{"q4_0", "q5_0"}
	complete := map[[32]byte]string{}
	for _, typ := range types {
		if code := start(t, command(typ, path)...).wait(t); code != exitOK {
			t.Fatalf("exit code %d", code)
		}
		complete[sum()] = typ
	}
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range 30 {
		p := start(t, command(types[i%2], path)...)
		time.Sleep(time.Duration(random.IntN(120_000)) * time.Microsecond)
		_ = p.cmd.Process.Kill()
		p.wait(t)
		if complete[sum()] == "" {
			t.Fatalf("kill %d: the file is neither the old nor the new one", i)
		}
	}
	if code := start(t, command("q4_0", path)...).wait(t); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	if left := entries(t, out); len(left) != 1 || complete[sum()] != "q4_0" {
		t.Errorf("after a last, undisturbed run: %q, content %s", left, complete[sum()])
	}
}

func TestInputShrinksWhileRead(t *testing.T) {
	model, out := extract(t), t.TempDir()
	p := start(t, "convert", model, "-t", "q4_k_m", "-j", "1", "-o", out)
	waitForPart(t, out)
	if err := os.Truncate(filepath.Join(model, "model.safetensors"), 10_000); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitInput {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitInput, &p.stderr)
	}
	if !strings.Contains(p.stderr.String(), `tensor "`) || !strings.Contains(p.stderr.String(), "unexpected EOF") {
		t.Errorf("stderr names no tensor: %s", &p.stderr)
	}
	if left := entries(t, out); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestUnwritableDirectory(t *testing.T) {
	model := extract(t)
	out := t.TempDir()
	if os.Geteuid() == 0 {
		out = "/proc/self" // takes no files, even from root
		if _, err := os.Stat(out); err != nil {
			t.Skip("root may write anywhere, and there is no /proc to refuse it")
		}
	} else if err := os.Chmod(out, 0o555); err != nil {
		t.Fatal(err)
	}
	p := start(t, "convert", model, "-t", "q8_0", "-o", filepath.Join(out, "model.gguf"))
	if code := p.wait(t); code != exitIO {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitIO, &p.stderr)
	}
	if !strings.HasPrefix(p.stderr.String(), "nibble: error: create ") || !strings.Contains(p.stderr.String(), "model.gguf") {
		t.Errorf("stderr does not name the file: %s", &p.stderr)
	}

	p = start(t, "convert", model, "-t", "q8_0", "-o", filepath.Join(model, "none", "model.gguf"))
	if code := p.wait(t); code != exitUsage || !strings.Contains(p.stderr.String(), "there is no directory") {
		t.Errorf("missing directory: exit code %d, stderr: %s", code, &p.stderr)
	}
}
