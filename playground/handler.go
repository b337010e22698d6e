package playground

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Options are those of the page as it is served.
type Options struct {
	Generator string // what made the page, such as "nibble v1.0.0"
	// Token, unless empty, is what a browser has to show, once in the address and then by cookie, whatever name it
	// reached the server by: ValidToken says what it may be. Empty: a request's Host has to be a name of this machine's
	// loopback interface.
	Token string
}

// handler serves a fixed map of files.
type handler struct {
	files map[string]*asset // by path
	token *token            // nil: none is asked for
}

// NewHandler returns the handler of the page. Its error wraps ErrToken, or is one of a damaged build of nibble.
func NewHandler(opts Options) (http.Handler, error) {
	s, err := embeddedSite(opts.Generator)
	if err != nil {
		return nil, err
	}
	return newHandler(s, opts)
}

func newHandler(s *site, opts Options) (*handler, error) {
	h := &handler{files: make(map[string]*asset)}
	if opts.Token != "" {
		if err := ValidToken(opts.Token); err != nil {
			return nil, err
		}
		h.token = newToken(opts.Token)
	}
	for name, a := range s.assets {
		h.files["/"+s.directory+"/"+name] = a
	}
	document, err := s.document(context.Background())
	if err != nil {
		return nil, err
	}
	h.files["/"], h.files["/"+documentName] = document, document
	return h, nil
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header())
	if r.ContentLength != 0 {
		// A body is not waited for, as net/http would do before it sends the response: a client that sends it slowly
		// would hold a connection that the gate takes for busy.
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // where there is no connection there is no deadline
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "The playground is read and nothing else: GET and HEAD.")
	case h.token == nil && !isLoopbackHost(r.Host):
		refuse(w, http.StatusMisdirectedRequest, "The playground answers to names of this machine alone, such as localhost and 127.0.0.1.")
	case h.token != nil && h.token.isShownBy(r):
		h.token.accept(w)
	case h.token != nil && !h.token.isKnownBy(r):
		refuse(w, http.StatusForbidden, "The playground asks for its token: open the address that nibble printed when it started.")
	default:
		a, ok := h.files[r.URL.Path]
		if !ok {
			refuse(w, http.StatusNotFound, "The playground has no such file.")
			return
		}
		a.serve(w, r)
	}
}

// refuse answers with words for whoever looks at the response.
func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, why, status)
}

// isLoopbackHost reports whether a Host header names this machine's loopback interface. Of a page of another site, which
// has its own name point here, a browser sends that name. The port does not matter: it may have been forwarded.
func isLoopbackHost(host string) bool {
	name := host
	if h, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
		name = h
	} else if inner, ok := strings.CutPrefix(host, "["); ok { // [::1], without a port
		if name, ok = strings.CutSuffix(inner, "]"); !ok {
			return false
		}
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.IsLoopback() && address.Zone() == ""
}

// serve answers with the file, compressed where it is stored so and the browser takes that.
func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	tag, err := a.tag()
	content, header := a.plain, w.Header()
	if a.coding != "" {
		header.Set("Vary", "Accept-Encoding")
		// A range is one of the plain file: whoever asks for it has the beginning of that.
		if r.Header.Get("Range") == "" && accepts(r.Header.Values("Accept-Encoding"), a.coding) {
			content = a.stored
			tag += "-" + a.coding
			header.Set("Content-Encoding", a.coding)
		}
	}
	data, cerr := content()
	if err != nil || cerr != nil {
		header.Del("Content-Encoding")
		refuse(w, http.StatusInternalServerError, "This build of nibble has a damaged file.")
		return
	}
	header.Set("Content-Type", a.contentType)
	header.Set("Content-Length", strconv.Itoa(len(data))) // ServeContent leaves it out where there is an encoding
	header.Set("Cache-Control", a.cacheControl())
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// cacheControl says how long a browser may keep the file: without asking anew, or not at all. Caches that several people
// share may not keep it, as a token may be asked for.
func (a *asset) cacheControl() string {
	if a.lasting {
		return "private, max-age=31536000, immutable"
	}
	return "no-cache"
}

// accepts reports whether the values of Accept-Encoding allow a coding (RFC 9110, section 12.5.3).
func accepts(values []string, coding string) bool {
	wildcard := false
	for element := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameter, _ := strings.Cut(element, ";")
		weight, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		wanted := !ok || err == nil && q > 0
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return wanted
		case name == "*":
			wildcard = wanted
		}
	}
	return wildcard
}
