package playground

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A gate is a listener that keeps at most max connections open. One too many takes the place of the one that has waited
// longest for a request to be complete, so clients that hold connections and send nothing, or a byte at a time, keep
// nobody out. Only where every connection is being answered is the new one closed.
//
// A gate also sees to it that what net/http answers itself, to what is no HTTP request, has the headers of every other
// response: see conn.Write.
type gate struct {
	net.Listener
	max int

	mu      sync.Mutex
	open    int
	waiting list.List // of *conn, the one that has waited longest first
}

func newGate(l net.Listener, max int) *gate { return &gate{Listener: l, max: max} }

// conn is a connection of a gate.
type conn struct {
	net.Conn
	gate *gate

	// Guarded by gate.mu.
	place  *list.Element // within gate.waiting; nil while a request is being answered, and when closed
	closed bool
}

// Accept waits for a connection and makes room for it.
func (g *gate) Accept() (net.Conn, error) {
	for {
		accepted, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: accepted, gate: g}
		if g.admit(c) {
			return c, nil
		}
		_ = accepted.Close() // there is nothing to be done about it
	}
}

func (g *gate) admit(c *conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open >= g.max {
		longest := g.waiting.Front()
		if longest == nil {
			return false
		}
		_ = longest.Value.(*conn).close()
	}
	g.open++
	c.place = g.waiting.PushBack(c)
	return true
}

// Close closes the connection. The gate may have closed it before.
func (c *conn) Close() error {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	return c.close()
}

// close closes the connection, with gate.mu held. It does not block: nothing lingers.
func (c *conn) close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	c.gate.open--
	c.leave()
	return c.Conn.Close()
}

// leave takes the connection from those that wait, with gate.mu held.
func (c *conn) leave() {
	if c.place != nil {
		c.gate.waiting.Remove(c.place)
		c.place = nil
	}
}

type connKey struct{}

// connContext is the http.Server's: it lets the handler know the connection.
func (g *gate) connContext(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// handler returns h, before which a request's connection counts as one that is answered.
func (g *gate) handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*conn); ok {
			g.mu.Lock()
			c.leave()
			g.mu.Unlock()
		}
		h.ServeHTTP(w, r)
	})
}

// connState is the http.Server's: a connection that becomes idle has been sent its response, and waits again.
func (g *gate) connState(nc net.Conn, state http.ConnState) {
	c, ok := nc.(*conn)
	if !ok || state != http.StateIdle {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !c.closed && c.place == nil {
		c.place = g.waiting.PushBack(c)
	}
}

// Write sends a response. While no request is being answered, what net/http writes is its own response to something
// that it could not read as a request, with a status of its choice, such as 505, and without our headers: instead of
// which goes out the refusal that any such thing gets.
func (c *conn) Write(p []byte) (int, error) {
	c.gate.mu.Lock()
	answering := c.place == nil
	c.gate.mu.Unlock()
	if answering {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(malformed); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite ends the response, so that a client reads it to its end though it still sends: net/http asks for it then,
// and closes the connection half a second later, unless somebody needs the place before.
func (c *conn) CloseWrite() error {
	c.gate.mu.Lock()
	c.leave()
	if !c.closed {
		c.place = c.gate.waiting.PushFront(c)
	}
	c.gate.mu.Unlock()
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// malformed is the response to what is no HTTP request, after which net/http closes the connection.
var malformed = func() []byte {
	const why = "That is no request of HTTP/1.1 that the playground could read.\n"
	var b strings.Builder
	b.WriteString("HTTP/1.1 400 Bad Request\r\n")
	for _, header := range append(securityHeaders[:len(securityHeaders):len(securityHeaders)],
		[2]string{"Cache-Control", "no-store"},
		[2]string{"Connection", "close"},
		[2]string{"Content-Length", strconv.Itoa(len(why))},
		[2]string{"Content-Type", "text/plain; charset=utf-8"},
	) {
		b.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	b.WriteString("\r\n" + why)
	return []byte(b.String())
}()
