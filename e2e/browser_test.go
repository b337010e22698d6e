package e2e

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/playground"
)

// patience is how long a test waits for the page: CI has two slow cores.
const patience = 90 * time.Second

// world is what all tests share: a server of the page and a browser.
var world struct {
	sync.Once
	origin  string
	browser context.Context
	skip    string
	err     error
}

func TestMain(m *testing.M) {
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	served <- nil // where nothing is served
	start := func() error {
		program, err := chromium()
		if err != nil {
			world.skip = err.Error()
			return nil
		}
		if !playground.Built() {
			world.skip = "the page's files are not built: make build"
			return nil
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		world.origin = "http://" + l.Addr().String()
		<-served
		go func() { served <- playground.Serve(ctx, l, playground.Options{Generator: "nibble"}) }()
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
		allocator, _ := chromedp.NewExecAllocator(ctx, options...) // ends with ctx
		world.browser, _ = chromedp.NewContext(allocator)
		return chromedp.Do(world.browser) // starts the browser
	}
	world.err = start()
	code := m.Run()
	if world.browser != nil {
		if err := chromedp.Cancel(world.browser); err != nil && code == 0 {
			code = 1
		}
	}
	cancel()
	if err := <-served; err != nil && code == 0 {
		code = 1
	}
	os.Exit(code)
}

func chromium() (string, error) {
	if program := os.Getenv("NIBBLE_CHROMIUM"); program != "" {
		return program, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", errors.New("there is no Chromium; NIBBLE_CHROMIUM names its program")
}

// A page is a tab with nothing of another test in it.
type page struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	console []string
	strange []string // requests to other addresses
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
		t.Skip(world.skip)
	}
	tab, closeTab := chromedp.NewContext(world.browser, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(tab, 4*time.Minute)
	p := &page{t: t, ctx: ctx}
	p.listen()
	t.Cleanup(func() {
		if t.Failed() {
			p.picture("failed-" + strings.ReplaceAll(t.Name(), "/", "-"))
		}
		cancel()
		closeTab()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, message := range p.console {
			t.Error("console:", message)
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
			if url := r.Request.URL; !strings.HasPrefix(url, world.origin) && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
				p.mu.Lock()
				p.strange = append(p.strange, url)
				p.mu.Unlock()
			}
		}
	}()
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
	p.waitFor(expression, patience)
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

func (p *page) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// choose gives files to a file input.
func (p *page) choose(selector string, files ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// pick chooses an option of a select element, as a person would.
func (p *page) pick(selector, value string) {
	p.t.Helper()
	eval[bool](p, `(() => { const s = document.querySelector(`+quote(selector)+`); s.value = `+quote(value)+`;
		s.dispatchEvent(new Event("input", {bubbles: true})); s.dispatchEvent(new Event("change", {bubbles: true})); return s.value === `+quote(value)+`; })()`)
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

// picture writes a picture of the page to the directory that asks for them.
func (p *page) picture(name string) {
	p.t.Helper()
	dir := os.Getenv("NIBBLE_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(dir+"/"+name+".png", png, 0o644)
	}
	if err != nil {
		p.t.Log("picture:", err)
	}
}
