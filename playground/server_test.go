package playground

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// start serves the stand-ins with limits on a free port of the loopback interface, and returns the address and a
// function that ends the server and waits for it.
func start(t *testing.T, most limits) (address string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error)
	go func() { result <- serve(ctx, l, standInHandler(t, Options{}), most) }()
	return l.Addr().String(), func() {
		t.Helper()
		cancel()
		select {
		case err := <-result:
			if err != nil {
				t.Errorf("the server ended with %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("the server does not end")
		}
	}
}

// held counts what a leak would leave behind: goroutines, and files where the system lists them.
func held() (goroutines, files int) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return runtime.NumGoroutine(), 0
	}
	return runtime.NumGoroutine(), len(entries)
}

// noLeak returns a function that waits for what is held to be no more than it is now.
func noLeak(t *testing.T) func() {
	t.Helper()
	goroutines, files := held()
	return func() {
		t.Helper()
		http.DefaultClient.CloseIdleConnections()
		deadline := time.Now().Add(10 * time.Second)
		for {
			g, f := held()
			if g <= goroutines && f <= files {
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("%d goroutines and %d files are left of %d and %d", g, f, goroutines, files)
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// get fetches a file on a connection of its own and checks that it is the one.
func get(address, path string) error {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	response, err := client.Get("http://" + address + path)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // it is read to its end
	if err == nil && (response.StatusCode != http.StatusOK || string(body) != content(strings.TrimPrefix(path, standInPath))) {
		err = fmt.Errorf("status %d with %d bytes", response.StatusCode, len(body))
	}
	return err
}

func TestServe(t *testing.T) {
	leaked := noLeak(t)
	most := serverLimits
	most.connections = 2 // far fewer than there are connections, one after the other
	address, stop := start(t, most)
	for range 3 {
		for _, path := range paths[2:] {
			if err := get(address, path); err != nil {
				t.Errorf("GET %s: %v", path, err)
			}
		}
	}
	stop()
	if err := get(address, standInPath+"app.js"); err == nil {
		t.Error("the server answers after its end")
	}
	leaked()
}

// A response that is under way when the server ends is finished; a client that does not read holds nothing up.
func TestServeEnds(t *testing.T) {
	leaked := noLeak(t)
	most := serverLimits
	most.shutdown = 200 * time.Millisecond
	address, stop := start(t, most)
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET / HTT"); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	stop()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("ending took %v", took)
	}
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil && !isReset(err) {
		t.Errorf("the connection is open after the end: %v", err)
	}
	_ = c.Close() // the server has closed it
	leaked()
}

func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && !op.Timeout()
}

type brokenListener struct{ net.Listener }

func (brokenListener) Accept() (net.Conn, error) { return nil, errors.New("no more") }

func TestServeFails(t *testing.T) {
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if err := Serve(t.Context(), brokenListener{listen()}, Options{}); err == nil || !strings.Contains(err.Error(), "no more") {
		t.Errorf("a listener that fails: %v", err)
	}
	l := listen()
	if err := Serve(t.Context(), l, Options{Token: "short"}); !errors.Is(err, ErrToken) {
		t.Errorf("a short token: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener was left open: %v", err)
	}
}

// malformedRequests are what no client should send, each on a connection of its own.
func malformedRequests() []string {
	const host = "Host: localhost\r\n"
	long := strings.Repeat("a", 64<<10)
	requests := []string{
		"\r\n\r\n\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n" + host + host + "\r\n",
		"GET / HTTP/1.1\nHost: localhost\n\n\n", "GET  /  HTTP/1.1\r\n" + host + "\r\n", "GET / HTTP/1.1 \r\n" + host + "\r\n", " GET / HTTP/1.1\r\n" + host + "\r\n",
		"GET / HTTP/9.9\r\n" + host + "\r\n", "GET / HTTP/0.9\r\n" + host + "\r\n", "GET / HTTP/2.0\r\n" + host + "\r\n", "GET / HTTP/1\r\n" + host + "\r\n",
		"GET / HTTP/1.10\r\n" + host + "\r\n", "GET / http/1.1\r\n" + host + "\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n",
		"GET * HTTP/1.1\r\n" + host + "\r\n", "GET app.js HTTP/1.1\r\n" + host + "\r\n", "GET ../../go.mod HTTP/1.1\r\n" + host + "\r\n",
		"GET /../../go.mod HTTP/1.1\r\n" + host + "\r\n", "GET /%zz HTTP/1.1\r\n" + host + "\r\n", "GET /%00 HTTP/1.1\r\n" + host + "\r\n",
		"GET /\x00 HTTP/1.1\r\n" + host + "\r\n", "GET /\xff\xfe HTTP/1.1\r\n" + host + "\r\n", "GET /" + long + " HTTP/1.1\r\n" + host + "\r\n",
		long + " / HTTP/1.1\r\n" + host + "\r\n", "GET / HTTP/1.1\r\n" + host + "X: " + long + "\r\n\r\n", "GET / HTTP/1.1\r\n" + host + long + ": x\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + strings.Repeat("X: y\r\n", 20000) + "\r\n", "GET / HTTP/1.1\r\n" + host + "X\r\n\r\n", "GET / HTTP/1.1\r\n" + host + ": x\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "X : y\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "X: a\x00b\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "X\x01: y\r\n\r\n",
		"GET / HTTP/1.1\r\n X: y\r\n" + host + "\r\n", "GET / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "Content-Length: 9223372036854775807\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: frob\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzzzz\r\n", "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
		"GET / HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "Expect: something else\r\n\r\n",
		"GET / HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "Upgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
		"CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n", "CONNECT / HTTP/1.1\r\n" + host + "\r\n", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n",
		"GET http:///app.js HTTP/1.1\r\n" + host + "\r\n", "GET file:///etc/passwd HTTP/1.1\r\n" + host + "\r\n", "GET //evil.example/app.js HTTP/1.1\r\n" + host + "\r\n",
		"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: \r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\x00\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost/../\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 300),
		"SSH-2.0-OpenSSH_9.9\r\n", "\x00\x00\x00\x00\x00\x00\x00\x00\r\n\r\n", "\xff\xfb\x1f\xff\xfb\x20\r\n\r\n", "HELP\r\n\r\n", "{\"jsonrpc\": \"2.0\"}\r\n\r\n",
		"GET " + standInPath + "app.js HTTP/1.1\r\n" + host + "\r\nGARBAGE\r\n\r\n", "GET " + standInPath + "app.js HTTP/1.1\r\n" + host + "Range: bytes=" + strings.Repeat("0-0,", 2000) + "\r\n\r\n",
		"POST / HTTP/1.1\r\n" + host + "Content-Length: 10\r\n\r\n0123456789GET / HTTP/9.9\r\n\r\n", "",
	}
	// The rest are good requests with one byte changed, at every fifth place in turn.
	const good = "GET " + standInPath + "app.js HTTP/1.1\r\nHost: localhost:6425\r\nAccept-Encoding: br\r\n\r\n"
	for i := 0; len(requests) < 200; i++ {
		spoiled := []byte(good)
		spoiled[i*5%len(good)] = []byte{0, '\n', 0x80, ' ', ':', 0x7f, '\r'}[i%7]
		requests = append(requests, string(spoiled))
	}
	return requests
}

// Whatever is sent, the answer is a refusal or a file of the map, with all headers.
func TestMalformedRequests(t *testing.T) {
	leaked := noLeak(t)
	most := serverLimits
	most.header, most.read = time.Second, time.Second
	address, stop := start(t, most)
	requests := malformedRequests()
	if len(requests) < 200 {
		t.Fatalf("%d requests", len(requests))
	}
	var group sync.WaitGroup
	slots := make(chan struct{}, 20)
	for _, request := range requests {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if err := sendRaw(t, address, request); err != nil {
				t.Errorf("%.80q: %v", request, err)
			}
		})
	}
	group.Wait()
	if err := get(address, standInPath+"app.js"); err != nil {
		t.Error("after that, a good request: ", err)
	}
	stop()
	leaked()
}

// sendRaw sends a request, ends its side of the connection and judges all responses that come back.
func sendRaw(t *testing.T, address, request string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	_, err = io.WriteString(c, request)
	if err == nil {
		err = c.(*net.TCPConn).CloseWrite()
	}
	if err != nil && !isReset(err) { // the server may have had enough before the end
		return err
	}
	answer, err := io.ReadAll(c)
	if err != nil && !isReset(err) {
		return err
	}
	known := map[string]bool{content("app.js"): true, string(pack(t, content("app.js"))): true}
	for r := bufio.NewReader(bytes.NewReader(answer)); ; {
		if _, err := r.Peek(1); err != nil {
			return nil
		}
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return fmt.Errorf("the answer %.60q is no response: %w", answer, err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		checkHeaders(t, fmt.Sprintf("%.80q", request), response.Header)
		switch {
		case response.StatusCode >= 500, response.StatusCode < 200:
			return fmt.Errorf("status %s", response.Status)
		case response.StatusCode == http.StatusOK && !known[string(body)] && !bytes.HasPrefix(body, []byte("<!doctype html>")):
			return fmt.Errorf("a body that is no file: %.60q", body)
		case response.StatusCode >= 400 && len(body) > 200:
			return fmt.Errorf("status %s with %d bytes", response.Status, len(body))
		}
	}
}

// Thousands of clients that open connections and send a byte now and then keep nobody out, hold no more than the
// server's limits, and are gone at the end.
func TestSlowClients(t *testing.T) {
	leaked := noLeak(t)
	most := serverLimits
	most.connections, most.header = 64, 2*time.Second
	address, stop := start(t, most)
	clients := 4000
	if testing.Short() {
		clients = 400
	}
	files := 0
	var connections []net.Conn
	const request = "GET " + standInPath + "app.js HTTP/1.1\r\nHost: localhost\r\nX: "
	for i := range clients {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		// Some say nothing at all, the others stop at any place; those that the server closed already do not matter.
		_, _ = io.WriteString(c, request[:i%len(request)])
		connections = append(connections, c)
		if i%(clients/20) == 0 {
			begin := time.Now()
			if err := get(address, standInPath+"app.js"); err != nil {
				t.Errorf("beside %d slow clients: %v", i, err)
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("beside %d slow clients a file took %v", i, took)
			}
			_, files = held()
		}
	}
	if files > clients+most.connections+100 {
		t.Errorf("%d files are open for %d clients: more than the server should hold", files, clients)
	}
	// A byte now and then does not keep a connection.
	begin := time.Now()
	var group sync.WaitGroup
	for _, c := range connections {
		group.Go(func() {
			defer c.Close()
			for range 100 {
				if _, err := io.WriteString(c, "y"); err != nil {
					return
				}
				_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond)) // the read fails if this did
				if _, err := io.Copy(io.Discard, c); err == nil || isReset(err) {
					return
				}
			}
			t.Error("a slow client was never sent away")
		})
	}
	group.Wait()
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("the last of the slow clients was sent away after %v", took)
	}
	stop()
	leaked()
}

// A body that does not come is not waited for: the response is there at once, and the connection's place free.
func TestSlowBodies(t *testing.T) {
	leaked := noLeak(t)
	most := serverLimits
	most.connections, most.read = 4, time.Minute
	address, stop := start(t, most)
	begin := time.Now()
	for i := range 3 * most.connections {
		head := []string{
			"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx",
			"GET " + standInPath + "app.js HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\nx",
			"GET " + standInPath + "app.js HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx",
			"PUT / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
		}[i%4]
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("%q: %v", head, err)
		}
		checkHeaders(t, head, response.Header)
		if want := strings.HasPrefix(head, "GET"); (response.StatusCode == http.StatusOK) != want || !response.Close {
			t.Errorf("%q: status %d, the connection is closed: %t", head, response.StatusCode, response.Close)
		}
		_ = response.Body.Close() // what it says is not asked here
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("the responses took %v", took)
	}
	stop()
	leaked()
}

// A connection that is being answered is not the one that makes room.
func TestBusyConnectionsStay(t *testing.T) {
	leaked := noLeak(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, release := make(chan struct{}, 3), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		<-release
		_, _ = io.WriteString(w, "done")
	})
	most := serverLimits
	most.connections = 2
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- serve(ctx, l, slow, most) }()

	results := make(chan error, 3)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	fetch := func() {
		response, err := client.Get("http://" + l.Addr().String())
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close() // it is read to its end
		}
		results <- err
	}
	for range most.connections {
		go fetch()
		<-entered
	}
	// All are being answered: whoever comes now is sent away at once.
	go fetch()
	if err := <-results; err == nil {
		t.Error("there was room for one more than the limit")
	}
	close(release)
	for range most.connections {
		if err := <-results; err != nil {
			t.Errorf("a connection that was being answered: %v", err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	leaked()
}
