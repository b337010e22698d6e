package e2e

import (
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A look is a way of showing the page.
type look struct {
	name, scheme  string
	width, height int64
}

// TestPictures takes pictures of all views, no two of which look the same. Where NIBBLE_PICTURES names a directory, they are
// of all looks, for people to look at.
func TestPictures(t *testing.T) {
	looks := []look{{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"narrow", "light", 390, 844}, {"narrow-dark", "dark", 390, 844}}
	if os.Getenv("NIBBLE_PICTURES") == "" {
		looks = looks[:1]
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
	taken := map[string]string{} // names by picture
	take := func(name string) {
		t.Helper()
		png, err := p.picture(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if same, ok := taken[string(png)]; ok {
			t.Errorf("%s looks like %s", name, same)
		}
		taken[string(png)] = name
	}
	for _, l := range looks {
		p.scheme(l.scheme)
		p.do(chromedp.EmulateViewport(l.width, l.height))
		p.click("#tab-tokens")
		p.click("#tok-view-5")
		for _, tool := range tools {
			p.tool(tool)
			time.Sleep(300 * time.Millisecond) // until the answer to what it asks is drawn
			take("tokens-" + tool + "-" + l.name)
		}
		p.click("#tab-weights")
		for _, view := range []string{"model", "tensors", "convert"} {
			p.view(view)
			take("weights-" + view + "-" + l.name)
		}
	}
}
