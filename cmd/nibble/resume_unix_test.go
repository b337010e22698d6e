//go:build unix

package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stopped begins a conversion with --resume and interrupts it when a chunk or two may have been written.
func stopped(t *testing.T, random *rand.Rand, dir string, args ...string) {
	t.Helper()
	for range 100 {
		p := start(t, append(args, "--resume")...)
		waitForPart(t, dir)
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		switch code := p.wait(t); {
		case code == exitOK: // too fast to be interrupted
			if err := os.Remove(filepath.Join(dir, entries(t, dir)[0])); err != nil {
				t.Fatal(err)
			}
			continue
		case code != exitInterrupted:
			t.Fatalf("exit code %d, want %d; stderr: %s", code, exitInterrupted, &p.stderr)
		}
		if left := entries(t, dir); len(left) == 0 {
			continue // nothing was written yet, and nothing is kept
		}
		want := regexp.MustCompile(`^nibble: interrupted\nnibble: hint: .* of .* are done and kept; the same command with --resume goes on`)
		if !want.MatchString(p.stderr.String()) {
			t.Errorf("stderr does not say how to go on: %s", &p.stderr)
		}
		return
	}
	t.Fatal("nothing is ever kept")
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestResumeInterrupted(t *testing.T) {
	model, out := extract(t), t.TempDir()
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	for _, workers := range []string{"1", "2", "3", "4"} {
		whole, resumed := filepath.Join(out, "whole.gguf"), filepath.Join(t.TempDir(), "model.gguf")
		if code := start(t, "convert", model, "-t", "q4_k_m", "--force", "-o", whole).wait(t); code != exitOK {
			t.Fatalf("exit code %d", code)
		}
		args := []string{"convert", model, "-t", "q4_k_m", "-j", workers, "-o", resumed}
		stopped(t, random, filepath.Dir(resumed), args...)

		// Then one dies that cannot say anything, unless it is too fast.
		p := start(t, append(args, "--resume")...)
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		_ = p.cmd.Process.Kill()
		if code := p.wait(t); code == exitOK {
			if err := os.Remove(resumed); err != nil {
				t.Fatal(err)
			}
			stopped(t, random, filepath.Dir(resumed), args...)
		}

		var stdout bytes.Buffer
		last := exec.Command("nibble", append(args, "--resume")...)
		last.Stdout = &stdout
		if err := last.Run(); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`(?m)^resumed: .* of .* were done$`).Match(stdout.Bytes()) {
			t.Errorf("the summary does not say what was done already: %s", &stdout)
		}
		if !bytes.Equal(content(t, resumed), content(t, whole)) {
			t.Errorf("-j %s: the output differs from that of an undisturbed run", workers)
		}
		if left := entries(t, filepath.Dir(resumed)); len(left) != 1 {
			t.Errorf("left behind: %q", left)
		}
	}
}

// What another run left is refused, and stays until a run without --resume.
func TestResumeRefused(t *testing.T) {
	model, out := extract(t), t.TempDir()
	const seed = 2
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(out, "model.gguf")
	args := []string{"convert", model, "-t", "q4_k_m", "-j", "1", "-o", path}
	stopped(t, random, out, args...)
	left := strings.Join(entries(t, out), " ")
	refused := func(what string, p *process) {
		t.Helper()
		if code := p.wait(t); code != exitFailed {
			t.Errorf("%s: exit code %d, want %d", what, code, exitFailed)
		}
		stderr := p.stderr.String()
		if !strings.Contains(stderr, "these differ: "+what) || !strings.Contains(stderr, "nibble: hint: ") {
			t.Errorf("stderr does not say that %s differs and what to do: %s", what, stderr)
		}
		if now := strings.Join(entries(t, out), " "); now != left {
			t.Errorf("%s: %q stands there, want %q", what, now, left)
		}
	}

	refused("the options, the configuration or the vocabulary", start(t, "convert", model, "-t", "q5_0", "-o", path, "--resume"))

	weights := filepath.Join(model, "model.safetensors")
	info, err := os.Stat(weights)
	if err != nil {
		t.Fatal(err)
	}
	later := info.ModTime().Add(time.Nanosecond)
	if err := os.Chtimes(weights, later, later); err != nil {
		t.Fatal(err)
	}
	refused(`the input "model.safetensors"`, start(t, append(args, "--resume")...))
	if err := os.Chtimes(weights, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}

	refused("the build of nibble", startCopy(t, append(args, "--resume")...))

	p := start(t, args...)
	if code := p.wait(t); code != exitOK {
		t.Fatalf("without --resume: exit code %d; stderr: %s", code, &p.stderr)
	}
	if now := entries(t, out); len(now) != 1 {
		t.Errorf("left behind: %q", now)
	}
}

// startCopy starts another build of nibble: a copy of this one with one byte more.
func startCopy(t *testing.T, args ...string) *process {
	t.Helper()
	path, err := exec.LookPath("nibble")
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	name := filepath.Join(t.TempDir(), "nibble")
	to, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Write([]byte{0}); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(name, args...)}
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// waitForLockedPart waits until a run has the lock of its part, which it takes before it reserves the space.
func waitForLockedPart(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, name := range entries(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			if err == nil && info.Size() > 0 {
				return
			}
		}
	}
	t.Fatal("the conversion never began to write")
}

// While one run writes, another does not go on from what it has.
func TestResumeOfTheLiving(t *testing.T) {
	model, out := extract(t), t.TempDir()
	args := []string{"convert", model, "-t", "q4_k_m", "-j", "1", "-o", filepath.Join(out, "model.gguf"), "--resume"}
	first := start(t, args...)
	waitForLockedPart(t, out)
	signal := func(s syscall.Signal) {
		if err := first.cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	signal(syscall.SIGSTOP) // however fast it is, it must not be done when the second looks
	second := start(t, args...)
	code := second.wait(t)
	signal(syscall.SIGCONT)
	if code != exitFailed || !strings.Contains(second.stderr.String(), "another process is writing it") {
		t.Errorf("exit code %d, stderr: %s", code, &second.stderr)
	}
	if code := first.wait(t); code != exitOK {
		t.Errorf("the first run: exit code %d, stderr: %s", code, &first.stderr)
	}
}
