package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestRooms goes from room to room by the arrow keys and by the address.
func TestRooms(t *testing.T) {
	p := openTokens(t, story)
	waitValue(p, "performance.getEntriesByType('resource').filter((e) => /\\/nibble.wasm|safetensors/.test(e.name)).length", 0) // what the other room needs waits
	p.do(focus("#tab-tokens"))
	p.press(kb.ArrowRight)
	waitValue(p, "location.hash", "#weights")
	waitValue(p, "document.activeElement.id", "tab-weights")
	p.wait(`document.querySelector("#room-tokens").hidden && !document.querySelector("#room-weights").hidden`)
	p.waitModel("fable-4m", sampleParameters)
	p.press(kb.ArrowLeft)
	waitValue(p, "location.hash", "#tokens")
	p.waitTokens(story) // what was there is there still

	eval[string](p, `location.hash = "#weights"`)
	p.wait(`!document.querySelector("#room-weights").hidden`)
	waitValue(p, `document.querySelector("#tab-weights").getAttribute("aria-selected")`, "true")
	eval[string](p, `location.hash = "#nonsense"`)
	p.wait(`!document.querySelector("#room-tokens").hidden`)
}

// TestTheme: the page is light or dark as the system is, or as somebody chose, and remembers it.
func TestTheme(t *testing.T) {
	p := openTokens(t, "x")
	const dark = `getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every((c) => Number(c) < 60)`
	for _, scheme := range []string{"dark", "light"} {
		p.scheme(scheme)
		waitValue(p, dark, scheme == "dark")
	}
	p.click(`[data-theme-switch] input[value="dark"]`)
	waitValue(p, dark, true)
	p.do(chromedp.Reload())
	waitValue(p, dark, true)
	p.scheme("dark")
	p.click(`[data-theme-switch] input[value="light"]`)
	waitValue(p, dark, false)
	p.click(`[data-theme-switch] input[value=""]`)
	waitValue(p, dark, true)
}
