package weights

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A client calls handlers as a host does, by messages.
type client struct {
	t        testing.TB
	handlers serve.Handlers
}

func newClient(t testing.TB) *client {
	c := &client{t: t, handlers: serve.Handlers{}}
	new(Room).AddTo(c.handlers)
	return c
}

// try makes a call and returns the blobs of its reply, or what was wrong.
func (c *client) try(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) (replied [][]byte, status wasm.Status, message string) {
	c.t.Helper()
	parts := append([][]byte{request.AppendJSON(nil)}, blobs...)
	data, status := c.handlers.Call(nil, op, wasm.AppendMessage(nil, parts...), StatusOf)
	parts, err := wasm.ParseMessage(data)
	if err != nil {
		c.t.Fatal(err)
	}
	if status != wasm.StatusOK {
		var failure wasm.Failure
		if err := wasm.ParseJSON(parts[0], &failure); err != nil {
			c.t.Fatal(err)
		}
		return nil, status, failure.Message
	}
	// What a host reads is what was written, values of other packages as well.
	if !json.Valid(parts[0]) {
		c.t.Fatalf("op %d answers %s", op, parts[0])
	}
	if err := wasm.ParseJSON(parts[0], reply); err != nil {
		c.t.Fatalf("%v: %s", err, parts[0])
	}
	return parts[1:], status, ""
}

// call is try where nothing may be wrong.
func (c *client) call(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) [][]byte {
	c.t.Helper()
	replied, status, message := c.try(op, request, reply, blobs...)
	if status != wasm.StatusOK {
		c.t.Fatalf("op %d: status %d: %s", op, status, message)
	}
	return replied
}

// refuse is try where the status must be another one than OK.
func (c *client) refuse(want wasm.Status, op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) (message string) {
	c.t.Helper()
	_, status, message := c.try(op, request, reply, blobs...)
	if status != want {
		c.t.Errorf("op %d, %s: status %d (%s), want %d", op, request.AppendJSON(nil), status, message, want)
	}
	return message
}

func (c *client) open(path string) *wasm.WeightsOpenReply {
	c.t.Helper()
	reply := new(wasm.WeightsOpenReply)
	c.call(wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: path}, reply)
	return reply
}

// bundled extracts the model that nibble ships with.
func bundled(t testing.TB) string {
	t.Helper()
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// shared returns the path of shared test data and skips the test where there is
// none.
func shared(t testing.TB, elements ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "..", "shared"}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is absent", path)
	}
	return path
}
