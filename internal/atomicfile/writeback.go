package atomicfile

import (
	"os"
	"sync"
	"sync/atomic"
)

// writebackBytes is how much is written before the disk begins with it.
const writebackBytes = 16 << 20

// writeback has the disk begin while the writer goes on, so that the sync at the end finds little left to wait for. The
// kernel would begin by itself when a tenth of the memory is dirty, or after half a minute.
type writeback struct {
	bytes   atomic.Int64     // written so far
	start   func(f *os.File) // startWriteback
	running atomic.Bool
	ended   sync.WaitGroup
}

// wrote counts n bytes that were written to f. What they start is a hint: it changes nothing about what was written, and
// a failure is the next sync's to report.
func (w *writeback) wrote(f *os.File, n int) {
	after := w.bytes.Add(int64(n))
	if !writesBack || after/writebackBytes == (after-int64(n))/writebackBytes || !w.running.CompareAndSwap(false, true) {
		return
	}
	w.ended.Go(func() { // it may have to wait for room in the disk's queue
		w.start(f)
		w.running.Store(false)
	})
}

// end waits until nothing that was started needs the file. One that is closed before stays open, and locked, until
// then, and who goes on with it at once would find it busy.
func (w *writeback) end() { w.ended.Wait() }
