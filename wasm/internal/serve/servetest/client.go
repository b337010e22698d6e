// Package servetest calls handlers in tests as a host does: with messages.
package servetest

import (
	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A Client makes calls.
type Client struct {
	rapid.TB
	Handlers serve.Handlers
	StatusOf func(error) wasm.Status
}

// With returns the Client for another test of the same handlers.
func (c Client) With(tb rapid.TB) Client {
	c.TB = tb
	return c
}

// Call makes a call that must end well, sets reply and returns its blobs.
func (c Client) Call(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) [][]byte {
	c.Helper()
	message, status := c.send(op, request, blobs)
	if status != wasm.StatusOK {
		c.Fatalf("op %d: status %d: %s", op, status, c.Failure(message))
	}
	parts, err := wasm.ParseMessage(message)
	if err != nil {
		c.Fatal(err)
	}
	if err := wasm.ParseJSON(parts[0], reply); err != nil {
		c.Fatalf("op %d: %v in %s", op, err, parts[0])
	}
	return parts[1:]
}

// Refused makes a call that must not end well, and returns why it did not.
func (c Client) Refused(want wasm.Status, op wasm.Op, request wasm.Outgoing, blobs ...[]byte) string {
	c.Helper()
	message, status := c.send(op, request, blobs)
	if status != want {
		c.Fatalf("op %d: status %d, want %d: %.200q", op, status, want, message)
	}
	return c.Failure(message)
}

func (c Client) send(op wasm.Op, request wasm.Outgoing, blobs [][]byte) ([]byte, wasm.Status) {
	message := wasm.AppendMessage(nil, append([][]byte{request.AppendJSON(nil)}, blobs...)...)
	return c.Handlers.Call(nil, op, message, c.StatusOf)
}

// Failure returns what the reply to a call that did not end well says.
func (c Client) Failure(message []byte) string {
	c.Helper()
	parts, err := wasm.ParseMessage(message)
	if err != nil || len(parts) != 1 {
		c.Fatalf("%d parts, %v", len(parts), err)
	}
	var f wasm.Failure
	if err := wasm.ParseJSON(parts[0], &f); err != nil || f.Message == "" {
		c.Fatalf("%v in %s", err, parts[0])
	}
	return f.Message
}
