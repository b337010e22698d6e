//go:build wasip1

package main

import (
	"runtime"
	"unsafe"

	"github.com/nibble-go/nibble/wasm"
)

// The buffers of a call stay where they are as long as these variables hold
// them: Go's collector does not move what it keeps.
var request, reply []byte

// maxIdle is the size up to which a buffer is kept for the next call.
const maxIdle = 16 << 20

//go:wasmexport nibble_abi
func abiVersion() uint32 { return wasm.Version }

//go:wasmexport nibble_request
func requestBuffer(n uint32) unsafe.Pointer {
	reply = idle(reply)
	if request = idle(request); uint64(cap(request)) < uint64(n) {
		request = nil
		request = make([]byte, n)
	}
	return unsafe.Pointer(unsafe.SliceData(request[:n]))
}

// idle empties a buffer, or gives it up if it is a large one.
func idle(b []byte) []byte {
	if cap(b) > maxIdle {
		return nil
	}
	return b[:0]
}

//go:wasmexport nibble_call
func call(op, n uint32) uint32 {
	if uint64(n) > uint64(cap(request)) {
		n = 0
	}
	// The collector marks in goroutines of its own, which run when this one lets
	// them. A guest that never did would collect at the pace of its allocations
	// alone, and grow to five times the size.
	runtime.Gosched()
	defer runtime.Gosched()
	var status wasm.Status
	reply, status = handlers.Call(idle(reply), wasm.Op(op), request[:n], statusOf)
	return uint32(status)
}

//go:wasmexport nibble_reply_address
func replyAddress() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(reply)) }

//go:wasmexport nibble_reply_length
func replyLength() uint32 { return uint32(len(reply)) }

//go:wasmexport nibble_collect
func collect() { runtime.GC() }
