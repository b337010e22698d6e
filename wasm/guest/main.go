// Guest is nibble's WebAssembly module: see package wasm for its ABI.
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared ./wasm/guest
//
// With the tag nibbletext it is the small guest.
package main

// main is never called: the module is a reactor.
func main() {}
