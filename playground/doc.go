// Package playground is nibble's web page: what it is made of, the HTTP handler
// that shows it on this machine, and the static files that show it anywhere.
//
// The page has two rooms, Tokens and Weights. All that they do is done by the
// WebAssembly module of package wasm, in a worker of the browser, so a server of
// the page hands out files and nothing else.
//
// # Files
//
// The page's document is rendered here, from components of templ (*.templ). Its
// scripts, its style sheet and the modules are built by internal/tools/webbuild
// into the directory dist, compressed with brotli, from where they are embedded;
// they are not committed, and without them [Built] is false and the document
// says so. The sample model is that of package sample.
//
// Every name in the document is relative, so that it works under any path. All
// files but the document are in one directory that is called by a hash of them:
// what a browser has kept of one version never meets a file of another. So they
// may be kept for good, and the handler says so; of the document it has browsers
// ask anew each time, with an ETag that saves the answer.
//
// # Security
//
// The handler knows a fixed map of files and two methods, GET and HEAD. It looks
// at the Host header, so that a page of another site cannot reach it by a name
// that it points here (DNS rebinding), or asks for a token. Every response has
// the content security policy, [Policy], with which a document can run and fetch
// nothing that is not its own; [Serve] has it in the responses of net/http to
// what is no request, too. Workers take their policy from the response that
// brought their script, not from the document.
package playground

//go:generate go tool -modfile=../tools/go.mod templ generate -log-level warn
