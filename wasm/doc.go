// Package wasm is what nibble's WebAssembly module and its hosts agree on: a
// browser's worker, Node, and package host, which runs the module in wazero.
//
// # Terms
//
// The guest is the module, a WASI reactor made from package guest. It is linked
// twice: the whole one, and a small one for the first visit to a page, which
// opens byte-level BPE tokenizers alone and answers [StatusElsewhere] to what it
// has no code for.
//
// A call is an [Op] with a request, and is answered by a [Status] with a reply.
// Both are a [Message]: parts one behind the other, of which part 0 is a JSON
// object and the others, if any, are blobs of bytes. Each op has a Request and a
// Reply type here; their comments list the blobs. Blobs of numbers are little
// endian and start where their elements are aligned.
//
// A handle is a positive number that stands for something which the guest keeps
// from call to call, such as an open tokenizer.
//
// # Calls
//
// The guest exports, beside its memory and WASI's _initialize:
//
//	nibble_abi() u32               [Version], which the host's has to be
//	nibble_request(n u32) u32      address of a buffer of n bytes for a request
//	nibble_call(op, n u32) u32     makes the call with the buffer's first n bytes
//	nibble_reply_address() u32     of the reply to the last call
//	nibble_reply_length() u32
//	nibble_collect()               collects garbage
//
// The request's buffer is good for one call, the reply until the next
// nibble_request or nibble_call. A host reads the length of the memory anew after
// every call, as it may have grown.
//
// A guest that trapped, or that answered [StatusInternal], must be thrown away
// with all that it kept.
//
// # Kernels
//
// Go's compiler has no vectors on WebAssembly, so the loops of package quantize are
// also there as a second module, in the custom section [KernelsModule] of the
// whole guest. It imports the guest's memory, and the guest imports its functions:
// a host instantiates the guest with functions that call what it instantiates
// next, the kernels, and initializes the guest after that. Addresses and counts
// are all that they take. A host in JavaScript need not write these functions: the
// kernels have in their custom section "calls" a module of the same functions, each
// of which calls what stands at its index in the exported table "kernels". A host
// whose engine has no vectors answers 0 to [KernelsAvailable] and gives functions
// that do nothing: the guest then has its own ways, which are slower and lead to
// the same bytes.
//
// # Files
//
// The whole guest reads files by WASI: the host opens "/" to it and puts the
// files there that it may see. Nothing is written that way: a conversion is a
// sequence of calls, each of which answers with bytes and the place where they
// belong, so that the host can wait, pause and cancel between them.
package wasm

//go:generate go run ../internal/tools/abigen .
