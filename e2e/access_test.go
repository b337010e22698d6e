package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe is the program that looks for what keeps people from using a page: axe-core, which make browser installs.
const axe = "../bin/axe/node_modules/axe-core/axe.min.js"

// A finding is a rule of axe's that a page breaks.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target         []any
		FailureSummary string
	}
}

// checkAccess lets axe look at a part of the page, by all its rules or by some.
func (p *page) checkAccess(where, part, rules string) {
	p.t.Helper()
	findings := eval[[]finding](p, `axe.run(`+quote(part)+`, {resultTypes: ["violations"], `+rules+`}).then((r) => r.violations.map(
		({id, impact, help, nodes}) => ({id, impact, help, nodes: nodes.slice(0, 5).map(({target, failureSummary}) => ({target, failureSummary}))})))`)
	for _, f := range findings {
		say := p.t.Logf
		if f.Impact == "serious" || f.Impact == "critical" {
			say = p.t.Errorf
		}
		for _, node := range f.Nodes {
			say("%s: %s (%s): %s: %v: %s", where, f.ID, f.Impact, f.Help, node.Target, strings.Join(strings.Fields(node.FailureSummary), " "))
		}
	}
}

// scheme makes the page light or dark.
func (p *page) scheme(name string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, params); err != nil {
		p.t.Fatal(err)
	}
}

var tools = []string{"special", "pipeline", "merges", "batch", "compare", "vocabulary", "chat", "share"}

// TestAccess lets axe look at every view of both rooms, light and dark, wide and narrow.
func TestAccess(t *testing.T) {
	script, err := os.ReadFile(axe)
	if errors.Is(err, fs.ErrNotExist) {
		skip(t, "axe-core is not installed: make browser")
	}
	if err != nil {
		t.Fatal(err)
	}
	p := newPage(t)
	p.onEveryDocument(string(script))
	p.do(chromedp.Navigate(p.origin + "/"))
	p.wait(`document.querySelector("#tok-veil").hidden`)
	p.click("#tab-weights")
	p.waitModel("fable-4m", sampleParameters)
	p.view("tensors")
	p.wait(`document.querySelector("#weights-block .weights-byte") && document.querySelector("#weights-histogram path.bars").getAttribute("d")`)
	p.view("convert")
	p.wait(`!document.querySelector("#weights-convert-start").disabled`)
	p.click("#tab-tokens")
	p.tool("compare")
	p.choose("#tok-compare-open", fewerMerges(t))
	p.wait(`!document.querySelector("#tok-compare").hidden`)
	p.tool("chat")
	p.waitText("#tok-chat-prompt", "fox")
	for _, width := range []int64{1280, 360} {
		p.do(chromedp.EmulateViewport(width, 900))
		// Only the colours are others in the dark.
		for _, look := range []struct{ scheme, rules string }{{"light", ""}, {"dark", `runOnly: ["color-contrast"]`}} {
			p.scheme(look.scheme)
			rules := look.rules
			where := func(view string) string { return fmt.Sprintf("%s, %s, %d px", view, look.scheme, width) }
			checkWidth := func(view string) {
				if wide := eval[int](p, `document.documentElement.scrollWidth`); int64(wide) > width {
					t.Errorf("%s: the page is %d px wide", where(view), wide)
				}
			}
			p.click("#tab-tokens")
			p.checkAccess(where("tokens"), "html", rules)
			for _, tool := range tools {
				p.tool(tool)
				p.checkAccess(where(tool), "#tok-tool-"+tool, rules)
				checkWidth(tool)
			}
			p.click("#tab-weights")
			p.checkAccess(where("weights"), "html", rules)
			for _, view := range []string{"model", "tensors", "convert"} {
				p.view(view)
				p.checkAccess(where(view), "#weights-"+view, rules)
				checkWidth(view)
			}
		}
	}
}

// TestTabKey walks through both rooms with the Tab key alone: it has to come by everything that can be used, once, and it
// has to be seen where it is.
func TestTabKey(t *testing.T) {
	p := openTokens(t, story)
	p.wait(`document.querySelector("#engine-state").textContent === "ready" && document.querySelectorAll("#tok-special-table button").length >= 4`)
	p.walk("tokens")
	p.click("#tab-weights")
	p.waitModel("fable-4m", sampleParameters)
	for _, view := range []string{"model", "tensors", "convert"} {
		p.view(view)
		if view == "tensors" {
			p.wait(`document.querySelector("#weights-block .weights-byte") && !document.querySelector("#weights-measures tbody tr.waiting")`)
		}
		if view == "convert" {
			p.wait(`!document.querySelector("#weights-convert-start").disabled`)
		}
		p.walk(view)
	}
}

// walk presses Tab until it is where it began.
func (p *page) walk(where string) {
	p.t.Helper()
	// Of the radio buttons of a group the key comes by one alone.
	places := eval[int](p, `(() => {
		const able = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";
		const shown = (e) => e.checkVisibility() && !e.closest("[inert]") && e.tabIndex >= 0;
		window.toVisit = new Set([...document.querySelectorAll(".bar, #main")].flatMap((part) => [...part.querySelectorAll(able)])
			.filter((e) => shown(e) && !(e.type === "radio" && !e.checked)));
		document.activeElement?.blur();
		scrollTo(0, 0);
		window.unseen = [];
		return toVisit.size;
	})()`)
	if places < 10 {
		p.t.Errorf("%s: there are only %d places for the Tab key", where, places)
	}
	p.do(focus(".skip"))
	for range 400 {
		p.press(kb.Tab)
		if eval[bool](p, `(() => {
			const e = document.activeElement;
			if (e === document.body || e.classList.contains("skip")) return true;
			toVisit.delete(e);
			const box = e.getBoundingClientRect();
			// A file input is drawn as the label around it.
			const outlined = (part) => getComputedStyle(part).outlineStyle !== "none" && parseFloat(getComputedStyle(part).outlineWidth) > 0;
			if (!e.matches(":focus-visible") || ![e, e.closest("label")].some((part) => part && outlined(part))) unseen.push(e.id || e.outerHTML.slice(0, 120));
			if (box.bottom < 0 || box.top > innerHeight) unseen.push("not in sight: " + (e.id || e.outerHTML.slice(0, 120)));
			return false;
		})()`) {
			break
		}
	}
	for _, missed := range eval[[]string](p, `[...toVisit].map((e) => e.id || e.outerHTML.slice(0, 160))`) {
		p.t.Errorf("%s: the Tab key does not come by %s", where, missed)
	}
	for _, hidden := range eval[[]string](p, `unseen`) {
		p.t.Errorf("%s: the focus is not seen: %s", where, hidden)
	}
}
