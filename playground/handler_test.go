package playground

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// ask makes a request and returns the response, whose body is read. Header lines are "Name: value".
func ask(t testing.TB, h http.Handler, method, target string, lines ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost:6425"
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	response := w.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	checkHeaders(t, method+" "+target, response.Header)
	return response, string(body)
}

// checkHeaders makes sure of what every response has to say.
func checkHeaders(t testing.TB, what string, got http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
			"style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "no-referrer",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
	} {
		if values := got.Values(name); !slices.Equal(values, []string{want}) {
			t.Errorf("%s: %s is %q, want %q", what, name, values, want)
		}
	}
	if got.Get("Permissions-Policy") == "" {
		t.Errorf("%s: no Permissions-Policy", what)
	}
}

func TestFiles(t *testing.T) {
	h := standInHandler(t, Options{})
	types := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".wasm": "application/wasm",
		".json": "application/json", ".safetensors": "application/octet-stream", ".html": "text/html; charset=utf-8", "/": "text/html; charset=utf-8",
		".md": "text/markdown; charset=utf-8",
	}
	for _, path := range paths {
		response, body := ask(t, h, "GET", path)
		if response.StatusCode != http.StatusOK {
			t.Errorf("GET %s: status %d", path, response.StatusCode)
			continue
		}
		want := types[path[max(strings.LastIndexByte(path, '.'), 0):]]
		if got := response.Header.Get("Content-Type"); got != want {
			t.Errorf("GET %s: Content-Type %q, want %q", path, got, want)
		}
		if response.Header.Get("Content-Encoding") != "" || response.ContentLength != int64(len(body)) {
			t.Errorf("GET %s: %d bytes, headers %v", path, len(body), response.Header)
		}
		if want[:9] != "text/html" && body != content(strings.TrimPrefix(path, standInPath)) {
			t.Errorf("GET %s: %q is not the file", path, body[:20])
		}
		// The document names the others by what is in them, so that it alone is asked for anew.
		wanted := "private, max-age=31536000, immutable"
		if want[:9] == "text/html" {
			wanted = "no-cache"
		}
		if got := response.Header.Get("Cache-Control"); got != wanted {
			t.Errorf("GET %s: Cache-Control %q, want %q", path, got, wanted)
		}
	}
	if len(h.files) != len(paths) {
		t.Errorf("the handler has %d files, of which the test knows %d", len(h.files), len(paths))
	}
}

// HEAD is GET without the body.
func TestHead(t *testing.T) {
	h := standInHandler(t, Options{})
	for _, path := range append(slices.Clone(paths), "/none", "/?token=x") {
		for _, lines := range [][]string{nil, {"Accept-Encoding: br"}, {"Range: bytes=1-5"}, {"Range: bytes=99999-"}, {"Host: evil.example"}} {
			get, _ := ask(t, h, "GET", path, lines...)
			head, body := ask(t, h, "HEAD", path, lines...)
			if head.StatusCode != get.StatusCode || body != "" && head.StatusCode < 400 {
				t.Errorf("HEAD %s %q: status %d and %d bytes, GET has %d", path, lines, head.StatusCode, len(body), get.StatusCode)
			}
			for name := range get.Header {
				if !slices.Equal(head.Header[name], get.Header[name]) {
					t.Errorf("HEAD %s %q: %s %q, GET has %q", path, lines, name, head.Header[name], get.Header[name])
				}
			}
		}
	}
}

func TestMethods(t *testing.T) {
	h := standInHandler(t, Options{})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"} {
		for _, path := range []string{"/", standInPath + "app.js", "/none"} {
			response, _ := ask(t, h, method, path)
			if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, path, response.StatusCode, response.Header.Get("Allow"))
			}
		}
	}
}

var loopbackHosts = []string{
	"localhost", "localhost:80", "LocalHost:6425", "127.0.0.1", "127.0.0.1:6425", "127.255.1.2:1", "[::1]", "[::1]:6425",
	"[::ffff:127.0.0.1]:80",
}

var otherHosts = []string{
	"", ":80", "evil.example", "evil.example:6425", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example#localhost",
	"evil.example@localhost", "localhost@evil.example", "127.0.0.1@evil.example:80", "localhost:80:80", "localhost:", "localhost:99999",
	"localhost:http", "localhost:-1", "localhost.", "0.0.0.0", "0.0.0.0:6425", "10.0.0.1", "192.168.1.2:6425", "[::]:80", "[::1", "::1]",
	"[fe80::1]:80", "[::1%25lo]:80", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost evil.example", "localhost,evil.example",
	"localhost/", "localhost\x00", "xn--localhost", "local host",
}

// A page of another site can have its own name point to this machine, but not make a browser send another Host.
func TestHosts(t *testing.T) {
	h := standInHandler(t, Options{})
	for _, host := range loopbackHosts {
		if response, _ := ask(t, h, "GET", standInPath+"app.js", "Host: "+host); response.StatusCode != http.StatusOK {
			t.Errorf("Host %q: status %d", host, response.StatusCode)
		}
	}
	for _, host := range otherHosts {
		for _, path := range []string{"/", standInPath + "app.js", "/none"} {
			response, body := ask(t, h, "GET", path, "Host: "+host)
			if response.StatusCode != http.StatusMisdirectedRequest || strings.Contains(body, "app.js") {
				t.Errorf("Host %q, %s: status %d", host, path, response.StatusCode)
			}
		}
	}
}

// Whatever passes is a loopback name to net/url too, which takes hosts apart by itself.
func FuzzIsLoopbackHost(f *testing.F) {
	for _, host := range slices.Concat(loopbackHosts, otherHosts) {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !isLoopbackHost(host) {
			return
		}
		bracketed := host
		if address, err := netip.ParseAddr(host); err == nil && address.Is6() {
			bracketed = "[" + host + "]"
		}
		u, err := url.Parse("http://" + bracketed + "/")
		if err != nil {
			t.Fatalf("%q passes and is no host: %v", host, err)
		}
		address, err := netip.ParseAddr(u.Hostname())
		if !strings.EqualFold(u.Hostname(), "localhost") && (err != nil || !address.IsLoopback()) {
			t.Fatalf("%q passes and is host %q", host, u.Hostname())
		}
	})
}

// Nothing but the map of files is ever answered with content.
func TestOutsideTheMap(t *testing.T) {
	h := standInHandler(t, Options{})
	for _, target := range []string{
		"/none", "/app.js", standInPath, "/v-000000000000/app.js", "/" + standInPath + "app.js", standInPath + "../app.js", standInPath + "app.js/",
		standInPath + "APP.JS", standInPath + "app.js.br", standInPath + "placeholder", standInPath + "index.html", standInPath + "fable-4m/NOTES.md",
		"/app.js/", "//app.js", "/./app.js", "/x/../app.js", "/../playground/handler.go", "/..%2fhandler.go", "/%2e%2e/go.mod",
		"/APP.JS", "/app.js.br", "/nibble.wasm.br", "/placeholder", "/dist/app.js", "/dist/", "/fable-4m", "/fable-4m/", "/fable-4m/NOTES.md",
		"/app.js%00", "/app.js%00.css", "/index.html/", "/favicon.ico", `/\app.js`, "/app.js;x", "/%2fapp.js",
	} {
		response, body := ask(t, h, "GET", target)
		if response.StatusCode != http.StatusNotFound || body != "The playground has no such file.\n" {
			t.Errorf("GET %s: status %d, %q", target, response.StatusCode, body)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		path := "/" + rapid.String().Draw(rt, "path")
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path, r.Host = path, "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if want := slices.Contains(paths, path); (w.Code == http.StatusOK) != want {
			rt.Fatalf("GET %q: status %d", path, w.Code)
		}
	})
}

func TestEncodings(t *testing.T) {
	h := standInHandler(t, Options{})
	for accept, want := range map[string]string{
		"br": "br", "gzip, deflate, br, zstd": "br", "BR;q=0.1": "br", "*": "br", "gzip, *;q=0.5": "br", "br;q=1.0,identity;q=0": "br",
		"br ; q=1": "br", "": "", "gzip": "", "identity": "", "br;q=0": "", "br;q=0.000, *": "", "*;q=0": "", "brotli": "", "xbr": "",
		"br;q=x": "", ",": "", ";": "",
	} {
		response, body := ask(t, h, "GET", standInPath+"nibble.wasm", "Accept-Encoding: "+accept)
		if got := response.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: Content-Encoding %q, want %q", accept, got, want)
			continue
		}
		if length := response.ContentLength; length != int64(len(body)) {
			t.Errorf("Accept-Encoding %q: Content-Length %d of %d", accept, length, len(body))
		}
		if response.Header.Get("Vary") != "Accept-Encoding" || response.Header.Get("Content-Type") != "application/wasm" {
			t.Errorf("Accept-Encoding %q: headers %v", accept, response.Header)
		}
		if want == "" && body != content("nibble.wasm") || want == "br" && body != string(pack(t, content("nibble.wasm"))) {
			t.Errorf("Accept-Encoding %q: another body", accept)
		}
	}
	// What is not stored compressed does not depend on it.
	if response, _ := ask(t, h, "GET", standInPath+"fable-4m/model.safetensors", "Accept-Encoding: br"); response.Header.Get("Content-Encoding") != "" || response.Header.Get("Vary") != "" {
		t.Errorf("the weights: headers %v", response.Header)
	}
}

func TestConditional(t *testing.T) {
	h := standInHandler(t, Options{})
	tags := make(map[string]string)
	for _, path := range paths[1:] { // index.html is the document again
		plain, _ := ask(t, h, "GET", path)
		packed, _ := ask(t, h, "GET", path, "Accept-Encoding: gzip, br")
		tag, packedTag := plain.Header.Get("ETag"), packed.Header.Get("ETag")
		if (tag == packedTag) != (packed.Header.Get("Content-Encoding") == "") {
			t.Errorf("%s: ETag %s, packed %s", path, tag, packedTag)
		}
		if other, ok := tags[tag]; ok || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: ETag %s, which is that of %q", path, tag, other)
		}
		tags[tag] = path

		for _, test := range []struct {
			lines  []string
			status int
		}{
			{[]string{"If-None-Match: " + tag}, http.StatusNotModified},
			{[]string{"If-None-Match: W/" + tag}, http.StatusNotModified},
			{[]string{"If-None-Match: *"}, http.StatusNotModified},
			{[]string{`If-None-Match: "x", ` + tag}, http.StatusNotModified},
			{[]string{`If-None-Match: "x"`}, http.StatusOK},
			{[]string{"If-None-Match: " + packedTag, "Accept-Encoding: br, gzip"}, http.StatusNotModified},
			{[]string{`If-Match: "x"`}, http.StatusPreconditionFailed},
		} {
			response, body := ask(t, h, "GET", path, test.lines...)
			if response.StatusCode != test.status || test.status != http.StatusOK && body != "" {
				t.Errorf("%s %q: status %d with %d bytes, want %d", path, test.lines, response.StatusCode, len(body), test.status)
			}
			if test.status == http.StatusNotModified && response.Header.Get("ETag") == "" {
				t.Errorf("%s %q: no ETag", path, test.lines)
			}
		}
		if packed.Header.Get("Content-Encoding") != "" {
			if response, _ := ask(t, h, "GET", path, "If-None-Match: "+packedTag); response.StatusCode != http.StatusOK {
				t.Errorf("%s: the packed file's ETag stands for the plain one", path)
			}
		}
	}
}

// A range is of the plain file, though the whole would come compressed.
func TestRanges(t *testing.T) {
	h := standInHandler(t, Options{})
	for _, path := range []string{standInPath + "nibble.wasm", standInPath + "fable-4m/model.safetensors"} {
		want := content(strings.TrimPrefix(path, standInPath))
		for _, test := range []struct {
			ranges string
			status int
			body   string
		}{
			{"bytes=0-9", http.StatusPartialContent, want[:10]},
			{"bytes=5-", http.StatusPartialContent, want[5:]},
			{"bytes=-7", http.StatusPartialContent, want[len(want)-7:]},
			{"bytes=10-99999", http.StatusPartialContent, want[10:]},
			{"bytes=99999-", http.StatusRequestedRangeNotSatisfiable, ""},
			{"bytes=9-1", http.StatusRequestedRangeNotSatisfiable, ""},
			{"bytes=x", http.StatusRequestedRangeNotSatisfiable, ""},
			{"bytes=" + strings.Repeat("0-,", 2000), http.StatusOK, want}, // more than the whole
		} {
			response, body := ask(t, h, "GET", path, "Range: "+test.ranges, "Accept-Encoding: br")
			if response.StatusCode != test.status || test.body != "" && body != test.body || response.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s, %.20s: status %d and %d bytes, want %d and %d", path, test.ranges, response.StatusCode, len(body), test.status, len(test.body))
			}
		}
	}
}

func TestToken(t *testing.T) {
	const secret = "correct-horse-battery"
	h := standInHandler(t, Options{Token: secret})
	for name, test := range map[string]struct {
		target string
		lines  []string
		status int
	}{
		"nothing":                 {"/", nil, http.StatusForbidden},
		"a file":                  {standInPath + "app.js", nil, http.StatusForbidden},
		"no file":                 {"/none", nil, http.StatusForbidden},
		"another token":           {"/?token=correct-horse-batterx", nil, http.StatusForbidden},
		"a part of it":            {"/?token=correct-horse-batter", nil, http.StatusForbidden},
		"more than it":            {"/?token=correct-horse-battery1", nil, http.StatusForbidden},
		"empty":                   {"/?token=", nil, http.StatusForbidden},
		"on a file":               {standInPath + "app.js?token=" + secret, nil, http.StatusForbidden},
		"two":                     {"/?token=x&token=" + secret, nil, http.StatusForbidden},
		"another cookie":          {"/", []string{"Cookie: nibble-playground=x"}, http.StatusForbidden},
		"empty cookie":            {"/", []string{"Cookie: nibble-playground="}, http.StatusForbidden},
		"a cookie of another":     {"/", []string{"Cookie: session=" + secret}, http.StatusForbidden},
		"cookie":                  {"/", []string{"Cookie: nibble-playground=" + secret}, http.StatusOK},
		"cookie, file":            {standInPath + "app.js", []string{"Cookie: a=b; nibble-playground=" + secret}, http.StatusOK},
		"cookie, any name":        {standInPath + "app.js", []string{"Cookie: nibble-playground=" + secret, "Host: 10.0.0.1:6425"}, http.StatusOK},
		"cookie, no file":         {"/none", []string{"Cookie: nibble-playground=" + secret}, http.StatusNotFound},
		"no cookie, loopback":     {"/", []string{"Host: 127.0.0.1"}, http.StatusForbidden},
		"wrong token with cookie": {"/?token=x", []string{"Cookie: nibble-playground=" + secret}, http.StatusOK},
	} {
		response, body := ask(t, h, "GET", test.target, test.lines...)
		if response.StatusCode != test.status || len(response.Cookies()) > 0 {
			t.Errorf("%s: status %d with %d cookies, want %d and none", name, response.StatusCode, len(response.Cookies()), test.status)
		}
		if test.status != http.StatusOK && strings.Contains(body, "app.js") || strings.Contains(body, secret) {
			t.Errorf("%s: the body says too much", name)
		}
	}

	response, body := ask(t, h, "GET", "/?token="+secret, "Host: box.lan:6425")
	cookies := response.Cookies()
	if response.StatusCode != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("the right token: status %d, %d cookies", response.StatusCode, len(cookies))
	}
	c := cookies[0]
	if c.Value != secret || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("the cookie is %s", c)
	}
	if response.Header.Get("Refresh") != "0; url=./" || response.Header.Get("Cache-Control") != "no-store" || strings.Contains(body, secret) {
		t.Errorf("the right token: headers %v, body %q", response.Header, body)
	}
	if response, _ := ask(t, h, "GET", "/", "Cookie: "+c.Name+"="+c.Value); response.StatusCode != http.StatusOK {
		t.Errorf("with the cookie: status %d", response.StatusCode)
	}
	if response, _ := ask(t, h, "POST", "/?token="+secret); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST with the token: status %d", response.StatusCode)
	}
}

func TestValidToken(t *testing.T) {
	for s, ok := range map[string]bool{
		"0123456789abcdef": true, "-._~ABCDEFGHIJKLMNOP": true, "0123456789abcde": false, "": false, "0123456789abcdef;": false,
		"0123456789 abcdef": false, "0123456789abcdeé": false, "0123456789abc\ndef": false, `0123456789abc"def`: false, "0123456789abcdef%20": false,
	} {
		if err := ValidToken(s); (err == nil) != ok || err != nil && !errors.Is(err, ErrToken) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := NewHandler(Options{Token: "short"}); !errors.Is(err, ErrToken) {
		t.Errorf("a handler with a short token: %v", err)
	}
}

// Without the page's files there is a document that says so, under the same rules.
func TestNotBuilt(t *testing.T) {
	_, model := standIns(t)
	s, err := newSite("nibble", fstest.MapFS{}, model)
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHandler(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	response, body := ask(t, h, "GET", "/")
	if response.StatusCode != http.StatusOK || !strings.Contains(body, "built without the playground") || strings.Contains(body, "<script") {
		t.Errorf("status %d, %s", response.StatusCode, body)
	}
	for _, path := range []string{"/app.js", "/fable-4m/model.safetensors"} {
		if response, _ := ask(t, h, "GET", path); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, response.StatusCode)
		}
	}
}

// A file of the build that is damaged is an error of its own, and no other file's.
func TestDamagedFile(t *testing.T) {
	dist, model := standIns(t)
	dist["app.js.br"].Data = []byte("no brotli")
	s, err := newSite("nibble", dist, model)
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHandler(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if response, _ := ask(t, h, "GET", "/"+s.directory+"/app.js"); response.StatusCode != http.StatusInternalServerError {
		t.Errorf("the damaged file: status %d", response.StatusCode)
	}
	if response, _ := ask(t, h, "GET", "/"+s.directory+"/app.css"); response.StatusCode != http.StatusOK {
		t.Errorf("another file: status %d", response.StatusCode)
	}
	if _, err := s.export(t.Context(), t.TempDir()+"/site", false); err == nil {
		t.Error("a damaged file was exported")
	}
}
