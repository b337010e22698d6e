//go:build !nibbletext

package tokenize

import "testing"

// SmallStretches makes EncodeReader cut texts after so many bytes.
func SmallStretches(tb testing.TB, n int) {
	before := streamChunk
	streamChunk = n
	tb.Cleanup(func() { streamChunk = before })
}
