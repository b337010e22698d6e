// Package wasmpack makes a WebAssembly module that the Go linker wrote smaller, for downloads: it leaves out what the
// runtime needs for nothing but tracebacks, and what it computes stays the same.
//
// The runtime finds its way through the stack by a table called pclntab, which lies in the module's data: for each
// function its name, the programs (runs of numbers over its code) that say how large its frame is, which of its words
// are pointers and which line of which file an instruction came from, and the tree of the calls that were inlined
// into it. The garbage collector, growing stacks and recover need the frames, the pointers and the trees; file names,
// line numbers, function names and the values of arguments are there for a stack trace to be printed or asked for
// (runtime.Caller), which nobody reads in a browser. [Pack]
//
//   - sets the file and line programs of every function to "none", the ones that tell which arguments are worth
//     printing and where goroutines may be preempted by signals (which WebAssembly has not) too, and clears them;
//   - clears the tables of file names and of function names, apart from the few names that the runtime acts on:
//     it knows goroutines of its own by the prefix "runtime.", which all functions of package runtime share then,
//     reads the text of a panic from the name of a method's wrapper, and looks for two functions of package reflect;
//   - replaces functions of the runtime by traps that run only with its tracer, with a GODEBUG that asks for
//     statistics, or to print what led to a fatal error, which is then less to read;
//   - cuts the data into fewer segments. The linker skips every run of eight zeros, at the price of a header that
//     compresses far worse than zeros do.
//
// Nothing moves: what is left out becomes zeros, which no segment holds. After that runtime.Caller and its kin answer
// "?", and a stack trace has no names. The input should be linked with -ldflags=-w, which leaves out the tables of
// debuggers, but not the names that say which functions are the runtime's: they do not come out again.
//
// The layout is that of Go 1.26 (see runtime/symtab.go and cmd/link/internal/ld/pcln.go there). Whatever is not as
// expected, be it another version of Go, is an error: never does a broken module come out.
//
// Measured with Go 1.26.8 and brotli at quality 11, as -buildmode=c-shared for wasip1:
// an empty guest 421 -> 298 KB, package tokenize with everything below it 1637 -> 1285 KB.
package wasmpack
