package serve

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/wasm"
)

var errKnown = errors.New("known")

func statusOf(err error) wasm.Status {
	if errors.Is(err, errKnown) {
		return wasm.StatusFormat
	}
	return wasm.StatusOK
}

// answer returns the handlers of one op, which does what do does.
func answer(do func(q *wasm.TextHandle, blobs [][]byte) (wasm.Outgoing, [][]byte, error)) Handlers {
	return Handlers{wasm.OpTextClose: On(do)}
}

func failure(tb rapid.TB, reply []byte) string {
	tb.Helper()
	parts, err := wasm.ParseMessage(reply)
	if err != nil || len(parts) != 1 {
		tb.Fatalf("%d parts, %v", len(parts), err)
	}
	var f wasm.Failure
	if err := wasm.ParseJSON(parts[0], &f); err != nil {
		tb.Fatal(err)
	}
	return f.Message
}

// TestCall: the handler gets what the request has, and the reply has what the
// handler returns.
func TestCall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		handle := rapid.Int().Draw(t, "handle")
		blobs := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 4).Draw(t, "blobs")
		h := answer(func(q *wasm.TextHandle, got [][]byte) (wasm.Outgoing, [][]byte, error) {
			if q.Tokenizer != handle || fmt.Sprint(got) != fmt.Sprint(blobs) {
				t.Fatalf("got %d, %v", q.Tokenizer, got)
			}
			return &wasm.TextCountReply{Tokens: handle}, got, nil
		})
		parts := append([][]byte{(&wasm.TextHandle{Tokenizer: handle}).AppendJSON(nil)}, blobs...)
		reply, status := h.Call([]byte("12345678"), wasm.OpTextClose, wasm.AppendMessage(nil, parts...), statusOf)
		if status != wasm.StatusOK || string(reply[:8]) != "12345678" {
			t.Fatalf("status %d: %q", status, reply)
		}
		parts, err := wasm.ParseMessage(reply[8:])
		if err != nil {
			t.Fatal(err)
		}
		var count wasm.TextCountReply
		if err := wasm.ParseJSON(parts[0], &count); err != nil || count.Tokens != handle || fmt.Sprint(parts[1:]) != fmt.Sprint(blobs) {
			t.Fatalf("%+v, %v, %v", count, parts[1:], err)
		}
	})
}

func TestFailures(t *testing.T) {
	for name, test := range map[string]struct {
		err     error
		status  wasm.Status
		message string
	}{
		"usage":         {Usage("too few"), wasm.StatusUsage, "too few"},
		"limit":         {fmt.Errorf("tensor: %w", Limit("too much")), wasm.StatusLimit, "tensor: too much"},
		"known":         {fmt.Errorf("file: %w", errKnown), wasm.StatusFormat, "file: known"},
		"usage of ours": {fmt.Errorf("%w: %w", ErrUsage, errKnown), wasm.StatusUsage, "wrong request: known"},
		"unknown":       {errors.New("disk on fire"), wasm.StatusInput, "disk on fire"},
	} {
		t.Run(name, func(t *testing.T) {
			h := answer(func(*wasm.TextHandle, [][]byte) (wasm.Outgoing, [][]byte, error) { return nil, nil, test.err })
			reply, status := h.Call(nil, wasm.OpTextClose, wasm.AppendMessage(nil, []byte("{}")), statusOf)
			if got := failure(t, reply); status != test.status || got != test.message {
				t.Errorf("status %d, %q", status, got)
			}
		})
	}
}

// TestPanics: a panic is an internal fault, and the handlers live on.
func TestPanics(t *testing.T) {
	var values []any
	h := answer(func(*wasm.TextHandle, [][]byte) (wasm.Outgoing, [][]byte, error) {
		if len(values) == 0 {
			return &wasm.Empty{}, nil, nil
		}
		panic(values[0])
	})
	h[wasm.OpTextCount] = func([][]byte) (wasm.Outgoing, [][]byte, error) {
		var none []int
		return nil, nil, fmt.Errorf("%d", none[len(values)])
	}
	request := wasm.AppendMessage(nil, []byte("{}"))
	for value, want := range map[any]string{
		"text": "internal fault: text", errKnown: "internal fault: known", 7: "internal fault: panic",
	} {
		values = []any{value}
		reply, status := h.Call([]byte("kept 123"), wasm.OpTextClose, request, statusOf)
		if got := failure(t, reply[8:]); status != wasm.StatusInternal || got != want {
			t.Errorf("%v: status %d, %q", value, status, got)
		}
	}
	if reply, status := h.Call(nil, wasm.OpTextCount, request, statusOf); status != wasm.StatusInternal || !strings.Contains(failure(t, reply), "index out of range") {
		t.Errorf("status %d: %q", status, reply)
	}
	values = nil
	if _, status := h.Call(nil, wasm.OpTextClose, request, statusOf); status != wasm.StatusOK {
		t.Errorf("status %d after panics", status)
	}
}

func TestWrongCalls(t *testing.T) {
	h := answer(func(*wasm.TextHandle, [][]byte) (wasm.Outgoing, [][]byte, error) { return &wasm.Empty{}, nil, nil })
	for name, test := range map[string]struct {
		op      wasm.Op
		request []byte
	}{
		"unknown op":   {wasm.OpTextOpen, wasm.AppendMessage(nil, []byte("{}"))},
		"no message":   {wasm.OpTextClose, nil},
		"no JSON":      {wasm.OpTextClose, wasm.AppendMessage(nil, nil)},
		"unknown key":  {wasm.OpTextClose, wasm.AppendMessage(nil, []byte(`{"a": 1}`))},
		"repeated key": {wasm.OpTextClose, wasm.AppendMessage(nil, []byte(`{"tokenizer": 1, "tokenizer": 2}`))},
	} {
		t.Run(name, func(t *testing.T) {
			reply, status := h.Call(nil, test.op, test.request, statusOf)
			if message := failure(t, reply); status != wasm.StatusUsage || message == "" {
				t.Errorf("status %d, %q", status, message)
			}
		})
	}
}

func TestHandles(t *testing.T) {
	var h Handles[string]
	if _, err := h.Get(0); !errors.Is(err, ErrUsage) {
		t.Errorf("of nothing: %v", err)
	}
	a, b := h.Keep("a"), h.Keep("b")
	if a <= 0 || b <= 0 || a == b {
		t.Errorf("handles %d and %d", a, b)
	}
	if v, err := h.Drop(b); v != "b" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	if c := h.Keep("c"); c == a || c == b {
		t.Errorf("handle %d is given again", c)
	}
	if v, err := h.Get(a); v != "a" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	for _, err := range []error{second(h.Get(b)), second(h.Drop(b))} {
		if !errors.Is(err, ErrUsage) {
			t.Errorf("of a dropped one: %v", err)
		}
	}
}

func second(_ string, err error) error { return err }
