//go:build unix

package jinja

import (
	"syscall"
	"testing"
	"time"
)

// processTime returns the time that the processors have spent on this process,
// which other processes do not make longer.
func processTime(t *testing.T) time.Duration {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
