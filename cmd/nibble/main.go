// Command nibble turns language models into small files, and text into tokens.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad or unsupported input, 4 no space, 5 input/output error,
// 6 verification failed, 130 interrupted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it, and it has to stay so
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	// The first signal asks for an orderly end; a second one finds the system's own handling again.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
