package playground

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// limits bound what clients can hold of the server.
type limits struct {
	connections         int
	headerBytes         int
	header, read, write time.Duration // until the header is there, until the request is, until the response is sent
	idle                time.Duration // between requests
	shutdown            time.Duration // for responses that are under way when the server ends
}

// serverLimits are generous to a browser, which opens six connections, and to a slow network: the largest file is the
// sample model's, with 8 MB.
var serverLimits = limits{
	connections: 256,
	headerBytes: 16 << 10,
	header:      10 * time.Second,
	read:        15 * time.Second,
	write:       5 * time.Minute,
	idle:        time.Minute,
	shutdown:    time.Second,
}

// Serve serves the page on l until ctx is done, lets responses that are under way finish for a moment, and returns nil.
// It closes l. Its error is NewHandler's, or that of a listener that failed.
func Serve(ctx context.Context, l net.Listener, opts Options) error {
	h, err := NewHandler(opts)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return serve(ctx, l, h, serverLimits)
}

func serve(ctx context.Context, l net.Listener, h http.Handler, most limits) error {
	g := newGate(l, most.connections)
	server := &http.Server{
		Handler:           g.handler(h),
		ConnContext:       g.connContext,
		ConnState:         g.connState,
		ReadHeaderTimeout: most.header,
		ReadTimeout:       most.read,
		WriteTimeout:      most.write,
		IdleTimeout:       most.idle,
		MaxHeaderBytes:    most.headerBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // of connections that break: their clients' affair
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		// What its own end interrupts has no deadline but this one.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), most.shutdown)
		defer cancel()
		if server.Shutdown(grace) != nil {
			_ = server.Close() // the listener is closed already, and connections have no errors worth telling
		}
	})
	err := server.Serve(g)
	if stop() { // not ended by ctx, so the listener failed
		return errors.Join(err, server.Close())
	}
	<-ended
	return nil
}
