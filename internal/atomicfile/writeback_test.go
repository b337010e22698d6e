package atomicfile

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// What several goroutines write while the disk begins with it is what stands there in the end.
func TestWriteback(t *testing.T) {
	const piece, pieces = 1 << 20, 3*writebackBytes>>20 + 1
	path := filepath.Join(t.TempDir(), "large")
	f, err := Create(path, piece*pieces, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	begun := atomic.Int64{}
	f.writeback.start = func(file *os.File) {
		begun.Add(1)
		startWriteback(file)
	}
	var wg sync.WaitGroup
	for worker := range 3 {
		wg.Go(func() {
			for i := worker; i < pieces; i += 3 {
				if _, err := f.WriteAt(bytes.Repeat([]byte{byte(i + 1)}, piece), int64(i)*piece); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := f.writeback.bytes.Load(); got != piece*pieces {
		t.Errorf("counted %d bytes, want %d", got, piece*pieces)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := begun.Load(); writesBack && n == 0 || n > 3 {
		t.Errorf("the disk began %d times with %d bytes", n, piece*pieces)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pieces {
		if !bytes.Equal(got[i*piece:][:piece], bytes.Repeat([]byte{byte(i + 1)}, piece)) {
			t.Fatalf("piece %d is not what was written", i)
		}
	}
}

// A file that is given up while the disk begins leaves nothing.
func TestWritebackOfAbortedFile(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(filepath.Join(dir, "large"), 2*writebackBytes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 2*writebackBytes), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir)
}

// Whoever lets go of a file has let go of its lock, too.
func TestWritebackEndsBeforeFile(t *testing.T) {
	for name, end := range map[string]func(f *File) error{
		"given up": (*File).Abort,
		"kept":     func(f *File) error { f.close(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "large")
			synctest.Test(t, func(t *testing.T) {
				f, err := Create(path, 1, Options{})
				if err != nil {
					t.Fatal(err)
				}
				begun, ended := make(chan bool), false
				f.writeback.ended.Go(func() { <-begun }) // a disk that has no room
				go func() {
					if err := end(f); err != nil {
						t.Error(err)
					}
					ended = true
				}()
				synctest.Wait()
				if ended {
					t.Error("the file was closed while it was in use")
				}
				close(begun)
				synctest.Wait()
				if !ended {
					t.Error("the file is still open")
				}
			})
		})
	}
}
