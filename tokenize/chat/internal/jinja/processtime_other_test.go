//go:build !unix

package jinja

import (
	"testing"
	"time"
)

var processStart = time.Now()

// processTime returns the time since the process started.
func processTime(*testing.T) time.Duration { return time.Since(processStart) }
