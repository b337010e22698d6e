package playground

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// minTokenLength is of a token that somebody thought of himself: what can be tried in a day over a network is far less
// than the words of this length.
const minTokenLength = 16

// ErrToken is the error of a token that is too short, or has characters that an address or a cookie would change.
var ErrToken = errors.New("unfit for a token")

// ValidToken returns an error, which wraps ErrToken, unless s can be a token: 16 letters, digits, hyphens, dots,
// underscores and tildes, or more.
func ValidToken(s string) error {
	if len(s) < minTokenLength {
		return fmt.Errorf("%w: %d characters, want %d or more", ErrToken, len(s), minTokenLength)
	}
	for _, r := range s {
		if !strings.ContainsRune("-._~", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return fmt.Errorf("%w: %q; letters, digits and -._~ are what an address and a cookie leave as they are", ErrToken, r)
		}
	}
	return nil
}

const (
	tokenParameter = "token"             // of the address
	tokenCookie    = "nibble-playground" // of the cookie that replaces it
)

// A token admits the browsers that know it.
type token struct {
	text string
	sum  [sha256.Size]byte
}

func newToken(text string) *token { return &token{text: text, sum: sha256.Sum256([]byte(text))} }

// equals compares in constant time, whatever the lengths.
func (t *token) equals(s string) bool {
	sum := sha256.Sum256([]byte(s))
	return subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1
}

// isShownBy reports whether the address has the token: the document's address, as nibble prints it.
func (t *token) isShownBy(r *http.Request) bool {
	return r.URL.Path == "/" && r.URL.Query().Has(tokenParameter) && t.equals(r.URL.Query().Get(tokenParameter))
}

// isKnownBy reports whether the cookie has the token.
func (t *token) isKnownBy(r *http.Request) bool {
	cookie, err := r.Cookie(tokenCookie)
	return err == nil && t.equals(cookie.Value)
}

// accept gives the browser the cookie and has it go on to the address without the token, which so stays out of the
// history and of what the user copies. A redirect would not do: where the link was in a page of another site, a browser
// keeps a cookie of the kind Strict to itself on the whole way, redirects included. The answer's own Refresh is a
// request of this site.
func (t *token) accept(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{
		Name: tokenCookie, Value: t.text, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	header := w.Header()
	header.Set("Refresh", "0; url=./")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "The token is right; the playground opens.\n") // a browser that is gone needs no answer
}
