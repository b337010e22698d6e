//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The environment of a re-executed test binary that acts as a writer in another process.
const (
	helperMode = "ATOMICFILE_TEST_HELPER"
	helperPath = "ATOMICFILE_TEST_PATH"
)

func TestMain(m *testing.M) {
	path := os.Getenv(helperPath)
	switch os.Getenv(helperMode) {
	case "":
		os.Exit(m.Run())
	case "replace": // replaces the file by generations of equal bytes, until it is killed
		for gen := byte(1); ; gen++ {
			if err := WriteFile(path, bytes.Repeat([]byte{gen}, generationSize), Options{Force: true}); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
	case "hold": // holds a part, until it is killed
		if _, err := Create(path, 1, Options{Force: true}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "limit": // writes past a file size limit of its own
		limit := syscall.Rlimit{Cur: 1 << 16, Max: 1 << 16}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			fmt.Println("setrlimit:", err)
			os.Exit(1)
		}
		fmt.Println(WriteFile(path, make([]byte, 1<<17), Options{Force: true}))
	}
}

const generationSize = 1 << 20

func helper(mode, path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperMode+"="+mode, helperPath+"="+path)
	return cmd
}

func needProcesses(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
}

func TestKilledAtRandom(t *testing.T) {
	needProcesses(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put(t, path, strings.Repeat("\x00", generationSize))
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range 40 {
		cmd := helper("replace", path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(30_000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !ws.Signaled() {
			t.Fatalf("kill %d: the writer ended by itself: %v", i, cmd.ProcessState)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
		if len(got) != generationSize || bytes.Count(got, got[:1]) != generationSize {
			t.Fatalf("kill %d: the file is torn: %d bytes, %d of them like the first", i, len(got), bytes.Count(got, got[:1]))
		}
		if left := len(names(t, dir)); left > 2 {
			t.Fatalf("kill %d: %d names stand there, stale parts are not collected", i, left)
		}
	}
	if err := WriteFile(path, []byte("end"), Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "end")
}

func TestCollectsOnlyTheDead(t *testing.T) {
	needProcesses(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	cmd := helper("hold", path)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	line := make([]byte, 5)
	if _, err := stdout.Read(line); err != nil || string(line) != "ready" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	held := names(t, dir)
	if len(held) != 1 {
		t.Fatalf("the other process made %q, want one part", held)
	}

	// Names that are not parts of this target, on this host.
	foreign := []string{
		".out.00000000-1-0123abcd.part",                        // another host's
		".other." + hostTag() + "-1-0123abcd.part",             // another target's
		".out." + hostTag() + "-1-0123abcd.party",              // not a part
		".out." + hostTag() + "-1-0123abxy.part",               // not our digits
		".out." + hostTag() + "-x-0123abcd.part",               // not a process
		".out.bin." + hostTag() + "-1-0123abcd.part",           // a target that begins alike
		"out." + hostTag() + "-1-0123abcd.part",                // not hidden
		".out." + hostTag() + "-1-0123abcd.part.crdownload",    // some other program's
		".out." + hostTag() + "-18446744073709551617-01234567", // no suffix
	}
	for _, name := range foreign {
		put(t, filepath.Join(dir, name), "x")
	}
	stale := ".out." + hostTag() + "-1-0123abcd.part" // process 1 lives, but does not hold it
	put(t, filepath.Join(dir, stale), "x")

	if err := WriteFile(path, []byte("new"), Options{}); err != nil {
		t.Fatal(err)
	}
	left := make(map[string]bool)
	for _, name := range names(t, dir) {
		left[name] = true
	}
	if left[stale] {
		t.Error("the stale part was not collected")
	}
	for _, name := range append(foreign, held[0], "out") {
		if !left[name] {
			t.Errorf("%q was removed", name)
		}
	}

	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if err := WriteFile(path, []byte("newer"), Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, dir) {
		if name == held[0] {
			t.Error("the part of the killed process was not collected")
		}
	}
}

func TestUnwritableDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sealed")
	if err := os.Mkdir(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out")
	if os.Geteuid() == 0 {
		// Permissions do not bind root; a read-only file system does.
		if _, err := os.Stat("/proc/self"); err != nil {
			t.Skip("root may write anywhere, and there is no /proc to refuse it")
		}
		path = "/proc/self/out"
	}
	_, err := Create(path, 1, Options{})
	if err == nil {
		t.Fatal("created a file in a directory that takes none")
	}
	if !errors.Is(err, ErrIO) || !strings.Contains(err.Error(), "out") {
		t.Errorf("error %q, want one that wraps ErrIO and names the file", err)
	}
}

func TestFileSizeLimit(t *testing.T) {
	needProcesses(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	out, err := helper("limit", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "file too large") {
		t.Errorf("error %q, want the system's words: file too large", out)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "old")
}
