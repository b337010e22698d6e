package host

import (
	"bytes"
	"strings"
)

// maxLog bounds what is kept of what a guest prints: a fault of Go's runtime
// starts with what it is, and goes on for long.
const maxLog = 4 << 10

// printed keeps the start of what a guest prints. All that Go's runtime prints is
// about its end.
type printed struct{ kept []byte }

func (t *printed) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p[:min(len(p), maxLog-len(t.kept))]...)
	return len(p), nil
}

func (t *printed) contains(what string) bool { return bytes.Contains(t.kept, []byte(what)) }

func (t *printed) firstLine() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(t.kept)), "\n")
	return line
}
