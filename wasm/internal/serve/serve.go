// Package serve answers calls of the guest: it finds the handler of an op, reads
// the request for it and makes a message of what it returns.
package serve

import (
	"errors"

	"github.com/nibble-go/nibble/wasm"
)

// A Handler answers a call with the head and the blobs of the reply.
type Handler func(parts [][]byte) (head wasm.Outgoing, blobs [][]byte, err error)

// Handlers are those of a guest.
type Handlers map[wasm.Op]Handler

var (
	// ErrUsage reports a request that is wrong, whatever the inputs.
	ErrUsage = errors.New("wrong request")

	// ErrLimit reports an input that asks for more than it may have.
	ErrLimit = errors.New("limit exceeded")
)

// On returns the Handler that reads a request of type Q for do.
func On[Q any, W interface {
	*Q
	wasm.Incoming
}](do func(request *Q, blobs [][]byte) (wasm.Outgoing, [][]byte, error)) Handler {
	return func(parts [][]byte) (wasm.Outgoing, [][]byte, error) {
		request := W(new(Q))
		if err := wasm.ParseJSON(parts[0], request); err != nil {
			return nil, nil, Usage("request: " + err.Error())
		}
		return do(request, parts[1:])
	}
}

// Usage returns an error that wraps ErrUsage.
func Usage(what string) error { return &located{what, ErrUsage} }

// Limit returns an error that wraps ErrLimit.
func Limit(what string) error { return &located{what, ErrLimit} }

type located struct {
	what string
	kind error
}

func (e *located) Error() string { return e.what }
func (e *located) Unwrap() error { return e.kind }

// Call makes the call with a request and appends the reply to dst. A panic of
// the handler becomes StatusInternal. Errors that this package does not know
// are for statusOf, which answers StatusOK where it does not know them either.
func (h Handlers) Call(dst []byte, op wasm.Op, request []byte, statusOf func(error) wasm.Status) (reply []byte, status wasm.Status) {
	defer func() {
		if p := recover(); p != nil {
			reply, status = fail(dst, "internal fault: "+panicText(p)), wasm.StatusInternal
		}
	}()
	handler, ok := h[op]
	if !ok {
		return fail(dst, "no such op"), wasm.StatusUsage
	}
	parts, err := wasm.ParseMessage(request)
	if err != nil {
		return fail(dst, err.Error()), wasm.StatusUsage
	}
	head, blobs, err := handler(parts)
	if err != nil {
		return fail(dst, err.Error()), classify(err, statusOf)
	}
	return wasm.AppendMessage(dst, append([][]byte{head.AppendJSON(nil)}, blobs...)...), wasm.StatusOK
}

func classify(err error, statusOf func(error) wasm.Status) wasm.Status {
	switch {
	case errors.Is(err, ErrUsage):
		return wasm.StatusUsage
	case errors.Is(err, ErrLimit):
		return wasm.StatusLimit
	}
	if status := statusOf(err); status != wasm.StatusOK {
		return status
	}
	return wasm.StatusInput
}

func fail(dst []byte, message string) []byte {
	return wasm.AppendMessage(dst, (&wasm.Failure{Message: message}).AppendJSON(nil))
}

// panicText says what a panic was about; its value is an error as a rule, of the
// runtime.
func panicText(p any) string {
	switch p := p.(type) {
	case error:
		return p.Error()
	case string:
		return p
	}
	return "panic"
}
