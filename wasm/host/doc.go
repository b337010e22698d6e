// Package host runs nibble's WebAssembly module in wazero, for files that nobody
// vouches for: what reads them can reach nothing but the files that the caller
// shows, has a bounded memory, and ends when its context does.
//
// # Terms
//
// A Module is the compiled module; compiling takes seconds, or tens of
// milliseconds from a cache in [Options.CacheDir]. A Guest is an instance of it
// with its own memory and its own view of files. It keeps what calls open, such
// as tokenizers, until it is closed.
//
// # Errors
//
// An [Error] is what the guest answered: malformed and unsupported inputs, wrong
// requests. [ErrMemory] reports that the guest needed more memory than it may
// have, [ErrTrap] that it came to grief otherwise; an ended context shows as its
// own error. After any of these three, and after [wasm.StatusInternal], the
// Guest is dead: every further call says so.
package host
