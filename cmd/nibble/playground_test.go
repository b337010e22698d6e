package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// startPlayground runs nibble playground with more arguments and returns the address that it prints, and a function that
// interrupts it and returns the exit code and what it said.
func startPlayground(t *testing.T, args ...string) (page string, stop func() (code int, stderr string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stdout, printed := io.Pipe()
	var stderr strings.Builder
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"playground"}, args...), strings.NewReader(""), printed, &stderr)
		_ = printed.Close() // always nil
	}()
	stop = func() (int, string) {
		t.Helper()
		cancel()
		select {
		case code := <-code:
			return code, stderr.String()
		case <-time.After(20 * time.Second):
			t.Fatal("nibble playground does not end")
			return 0, ""
		}
	}
	page, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		code, stderr := stop()
		t.Fatalf("%v; exit code %d, %s", err, code, stderr)
	}
	return strings.TrimSpace(page), stop
}

func TestPlayground(t *testing.T) {
	page, stop := startPlayground(t, "--port", "0")
	if !strings.HasPrefix(page, "http://127.0.0.1:") || !strings.HasSuffix(page, "/") {
		t.Errorf("the address is %s", page)
	}
	response, err := http.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // it is read to its end
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "<title>nibble playground</title>") {
		t.Errorf("status %d, %d bytes, error %v", response.StatusCode, len(body), err)
	}
	if code, stderr := stop(); code != exitInterrupted || !strings.Contains(stderr, "nibble: interrupted") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, err := http.Get(page); err == nil {
		t.Error("the page is there after the end")
	}
}

// Without --port another port does where the usual one is taken; a port that was asked for is the one or none.
func TestPlaygroundPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", playgroundPort))
	if err == nil { // or somebody else has it already
		defer l.Close()
	}
	page, stop := startPlayground(t)
	if strings.Contains(page, fmt.Sprint(":", playgroundPort)) {
		t.Errorf("the page is at %s, which is taken", page)
	}
	if code, _ := stop(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"playground", "--port", fmt.Sprint(playgroundPort)}, strings.NewReader(""), &stdout, &stderr)
	if code != exitFailed || stdout.Len() > 0 || !strings.Contains(stderr.String(), "--port 0 takes any") {
		t.Errorf("a port that is taken: exit code %d, %s%s", code, &stdout, &stderr)
	}
}

// Who listens on more than loopback asks for the token of the printed address, and remembers the browser that showed it.
func TestPlaygroundToken(t *testing.T) {
	for _, args := range [][]string{{"--listen", "0.0.0.0:0"}, {"--port", "0", "--token", "correct-horse-battery"}} {
		page, stop := startPlayground(t, args...)
		address, token, found := strings.Cut(page, "?token=")
		if !found || len(token) < 16 || args[1] == "0" && token != "correct-horse-battery" {
			t.Errorf("%q: the address is %s", args, page)
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := http.Client{Jar: jar}
		for _, visit := range []struct {
			address string
			status  int
		}{{address, http.StatusForbidden}, {address + "?token=wrong", http.StatusForbidden}, {page, http.StatusOK}, {address, http.StatusOK}} {
			response, err := browser.Get(visit.address)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close() // the status is all
			if response.StatusCode != visit.status {
				t.Errorf("%q: status %d for %s, want %d", args, response.StatusCode, visit.address, visit.status)
			}
		}
		code, stderr := stop()
		if warned := strings.Contains(stderr, "others on the network can reach this page"); code != exitInterrupted || warned != (args[0] == "--listen") {
			t.Errorf("%q: exit code %d, %s", args, code, stderr)
		}
	}
}

func TestPlaygroundPlace(t *testing.T) {
	for _, test := range []struct {
		listen  string
		port    int
		portSet bool
		want    string // host, port and whether it was chosen; empty: refused
	}{
		{"", 6425, false, "127.0.0.1 6425 false"},
		{"", 80, true, "127.0.0.1 80 true"},
		{"0.0.0.0", 6425, false, "0.0.0.0 6425 false"},
		{"0.0.0.0:80", 6425, false, "0.0.0.0 80 true"},
		{"0.0.0.0:80", 80, true, "0.0.0.0 80 true"},
		{"0.0.0.0:80", 81, true, ""},
		{"box.lan", 80, true, "box.lan 80 true"},
		{"box.lan:0", 6425, false, "box.lan 0 true"},
		{"::1", 6425, false, "::1 6425 false"},
		{"[::1]", 6425, false, "::1 6425 false"},
		{"[::1]:80", 6425, false, "::1 80 true"},
		{":80", 6425, false, ""},
		{"box:http", 6425, false, ""},
		{"box:99999", 6425, false, ""},
		{"a:b:c", 6425, false, ""},
	} {
		f := playgroundFlags{listen: test.listen, port: test.port, portSet: test.portSet}
		host, port, chosen, err := f.place()
		got := fmt.Sprint(host, " ", port, " ", chosen)
		if err != nil {
			got = ""
		}
		if got != test.want {
			t.Errorf("--listen %q, --port %d: %q (%v), want %q", test.listen, test.port, got, err, test.want)
		}
	}
}

func TestPageURL(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:6425": "http://127.0.0.1:6425/?token=a.b~c-d_e", "[::1]:80": "http://[::1]:80/?token=a.b~c-d_e",
		"0.0.0.0:80": "http://localhost:80/?token=a.b~c-d_e", "[::]:80": "http://localhost:80/?token=a.b~c-d_e",
		"[::ffff:10.0.0.1]:80": "http://10.0.0.1:80/?token=a.b~c-d_e",
	} {
		if got := pageURL(netip.MustParseAddrPort(address), "a.b~c-d_e"); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
