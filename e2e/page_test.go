package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A page is a tab with nothing of another test in it.
type page struct {
	t      *testing.T
	ctx    context.Context
	origin string // where its requests may go

	mu       sync.Mutex
	console  []string
	expected []string // parts of errors that a test provokes
	strange  []string // requests to other addresses
}

// open opens the page at a place below the server's root, such as "#weights".
func open(t *testing.T, place string) *page {
	t.Helper()
	p := newPage(t)
	p.do(chromedp.Navigate(world.origin + "/" + place))
	return p
}

// newPage opens an empty tab.
func newPage(t *testing.T) *page {
	t.Helper()
	if world.err != nil {
		t.Fatal(world.err)
	}
	if world.skip != "" {
		skip(t, world.skip)
	}
	tab, closeTab := chromedp.NewContext(world.browser, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(tab, 10*time.Minute)
	p := &page{t: t, ctx: ctx, origin: world.origin}
	p.listen()
	p.onEveryDocument(engineScript)
	t.Cleanup(func() {
		if t.Failed() {
			p.pictureFailure()
		}
		cancel()
		closeTab()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, message := range p.console {
			if !slices.ContainsFunc(p.expected, func(part string) bool { return strings.Contains(message, part) }) {
				t.Error("console:", message)
			}
		}
		for _, url := range p.strange {
			t.Error("request to", url)
		}
	})
	return p
}

// listen collects errors of the console and requests that leave the machine.
func (p *page) listen() {
	p.t.Helper()
	messages := chromedp.Console(p.ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.IsException() {
				p.mu.Lock()
				p.console = append(p.console, m.Text)
				p.mu.Unlock()
			}
		}
	}()
	if _, err := chromedp.Call(p.ctx, network.Enable, network.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	requests := chromedp.Events(p.ctx, network.RequestWillBeSent)
	go func() {
		for r, err := range requests {
			if err != nil {
				return
			}
			if url := r.Request.URL; !strings.HasPrefix(url, p.origin) && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
				p.mu.Lock()
				p.strange = append(p.strange, url)
				p.mu.Unlock()
			}
		}
	}()
}

// expect names a part of an error that the test provokes on the console.
func (p *page) expect(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, part)
}

// step is a test that goes on with the page as it is.
func (p *page) step(name string, do func()) {
	outer := p.t
	defer func() { p.t = outer }()
	outer.Run(name, func(t *testing.T) {
		p.t = t
		defer func() {
			if t.Failed() {
				p.pictureFailure()
			}
		}()
		do()
	})
}

// do takes steps that return nothing.
func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// eval returns the value of an expression, or of its promise.
func eval[T any](p *page, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true.
func (p *page) wait(expression string) {
	p.t.Helper()
	p.waitFor(expression, *patience)
}

func (p *page) waitFor(expression string, limit time.Duration) {
	p.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(30 * time.Millisecond) {
		v, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err != nil {
			p.t.Fatalf("%s: %v", expression, err)
		}
		if v {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("not within %v: %s", limit, expression)
		}
	}
}

// waitValue waits until an expression has a value.
func waitValue[T comparable](p *page, expression string, want T) {
	p.t.Helper()
	for deadline := time.Now().Add(*patience); ; time.Sleep(30 * time.Millisecond) {
		got := eval[T](p, expression)
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s is %v, want %v", expression, got, want)
		}
	}
}

// text returns what an element shows.
func (p *page) text(selector string) string {
	p.t.Helper()
	return eval[string](p, "document.querySelector("+quote(selector)+").innerText")
}

// waitText waits until an element shows something that contains words.
func (p *page) waitText(selector, words string) {
	p.t.Helper()
	p.wait("document.querySelector(" + quote(selector) + ")?.innerText.includes(" + quote(words) + ")")
}

// click clicks on an element as soon as it can be hit. A page may make an element anew at any time, so nothing is kept of
// it but its place.
func (p *page) click(selector string) {
	p.t.Helper()
	for deadline := time.Now().Add(*patience); ; time.Sleep(30 * time.Millisecond) {
		at := eval[[]float64](p, `(() => {
			const e = document.querySelector(`+quote(selector)+`);
			if (!e || e.disabled) return [];
			let box = e.getBoundingClientRect();
			const middle = () => [box.left + box.width / 2, box.top + box.height / 2];
			const hit = () => {
				const there = document.elementFromPoint(...middle());
				return there && (e.contains(there) || there.closest("label")?.control === e);
			};
			if (box.width > 0 && !hit()) {
				e.scrollIntoView({block: "center", inline: "center"});
				box = e.getBoundingClientRect();
			}
			return box.width > 0 && hit() ? middle() : [];
		})()`)
		if len(at) == 2 {
			p.do(chromedp.MouseClickXY(at[0], at[1]))
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s cannot be clicked", selector)
		}
	}
}

// choose gives files to a file input.
func (p *page) choose(selector string, files ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// pick chooses an option of a select element, as a person would.
func (p *page) pick(selector, value string) {
	p.t.Helper()
	picked := eval[bool](p, `(() => { const s = document.querySelector(`+quote(selector)+`); s.value = `+quote(value)+`;
		s.dispatchEvent(new Event("input", {bubbles: true})); s.dispatchEvent(new Event("change", {bubbles: true})); return s.value === `+quote(value)+`; })()`)
	if !picked {
		p.t.Fatalf("%s has no %q", selector, value)
	}
}

// fill replaces the text of a field by one that is typed or pasted at once.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	eval[bool](p, `(() => { const f = document.querySelector(`+quote(selector)+`); f.focus(); f.value = `+quote(text)+`;
		f.dispatchEvent(new InputEvent("input", {bubbles: true, inputType: "insertFromPaste"})); return true; })()`)
}

// press presses a key.
func (p *page) press(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// picture takes a picture of the page, and writes it to the directory that NIBBLE_PICTURES names, if it does.
func (p *page) picture(name string) ([]byte, error) {
	// What sticks to the window's edge would be in the middle of the picture.
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)")); err != nil {
		return nil, err
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if dir := os.Getenv("NIBBLE_PICTURES"); err == nil && dir != "" {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	return png, err
}

// pictureFailure writes a picture of the page whose test fails, where a directory is named.
func (p *page) pictureFailure() {
	p.t.Helper()
	if os.Getenv("NIBBLE_PICTURES") == "" {
		return
	}
	if _, err := p.picture("failed-" + strings.ReplaceAll(p.t.Name(), "/", "-")); err != nil {
		p.t.Log("picture:", err)
	}
}

// onEveryDocument runs a script before those of each document.
func (p *page) onEveryDocument(script string) {
	p.t.Helper()
	params := cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script}
	if _, err := chromedp.Call(p.ctx, cdppage.AddScriptToEvaluateOnNewDocument, params); err != nil {
		p.t.Fatal(err)
	}
}
