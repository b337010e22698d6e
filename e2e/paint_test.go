package e2e

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/playground"
)

// TestStoredThemePaintsFirst: a page whose theme is not the system's has it from the first paint on. The page's modules,
// which come later, are held back until that was looked at.
func TestStoredThemePaintsFirst(t *testing.T) {
	handler, err := playground.NewHandler(playground.Options{Generator: "nibble"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		system, stored string
		dark           bool
	}{
		{"light", "dark", true},
		{"dark", "light", false},
		{"dark", "", true},
		{"light", "nonsense", false},
	} {
		t.Run(c.stored+" where the system is "+c.system, func(t *testing.T) {
			p := newPage(t)
			looked := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/app.js") {
					select {
					case <-looked:
					case <-r.Context().Done(): // the test gave up
					}
				}
				handler.ServeHTTP(w, r)
			}))
			defer server.Close()
			p.origin = server.URL
			p.scheme(c.system)
			if c.stored != "" {
				p.onEveryDocument(`localStorage.setItem("nibble-theme", ` + quote(c.stored) + `)`)
			}
			// Unlike chromedp.Navigate this does not wait until everything is loaded.
			if _, err := chromedp.Call(p.ctx, cdppage.Navigate, cdppage.NavigateParams{URL: server.URL}); err != nil {
				t.Fatal(err)
			}
			p.wait(`performance.getEntriesByName("first-contentful-paint").length > 0`)
			if dark := p.isDark(); dark != c.dark {
				t.Errorf("the first paint is dark: %t, want %t", dark, c.dark)
			}
			close(looked)
			p.wait(`document.querySelector("#tok-veil").hidden`)
			if dark := p.isDark(); dark != c.dark {
				t.Errorf("the page is dark: %t, want %t", dark, c.dark)
			}
		})
	}
}

// isDark reports whether the page's background is dark, as it is painted.
func (p *page) isDark() bool {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	pixels, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		p.t.Fatal(err)
	}
	// Beside the rooms, which are not as wide as the window, there is nothing but the background.
	r, g, b, _ := pixels.At(1, pixels.Bounds().Dy()/2).RGBA()
	return max(r, g, b) < 0x4000
}
