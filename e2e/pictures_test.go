package e2e

import (
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestPictures takes pictures of all views, for people to look at.
func TestPictures(t *testing.T) {
	if os.Getenv("NIBBLE_PICTURES") == "" {
		t.Skip("NIBBLE_PICTURES names no directory for pictures")
	}
	p := open(t, "")
	p.wait(`document.querySelector("#tok-veil").hidden`)
	p.tool("compare")
	p.choose("#tok-compare-open", fewerMerges(t))
	p.wait(`!document.querySelector("#tok-compare").hidden`)
	p.tool("chat")
	p.waitText("#tok-chat-prompt", "fox")
	p.click("#tab-weights")
	p.waitModel("fable-4m", sampleParameters)
	p.view("tensors")
	p.wait(`document.querySelector("#weights-block .weights-byte") && !document.querySelector("#weights-measures tbody tr.waiting")`)
	p.view("convert")
	p.wait(`!document.querySelector("#weights-convert-start").disabled`)
	for _, look := range []struct {
		name, scheme  string
		width, height int64
	}{{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"narrow", "light", 390, 844}, {"narrow-dark", "dark", 390, 844}} {
		p.scheme(look.scheme)
		p.do(chromedp.EmulateViewport(look.width, look.height))
		p.click("#tab-tokens")
		p.click("#tok-view-5")
		for _, tool := range tools {
			p.tool(tool)
			time.Sleep(300 * time.Millisecond) // until the answer to what it asks is drawn
			p.picture("tokens-" + tool + "-" + look.name)
		}
		p.click("#tab-weights")
		for _, view := range []string{"model", "tensors", "convert"} {
			p.view(view)
			p.picture("weights-" + view + "-" + look.name)
		}
	}
}
