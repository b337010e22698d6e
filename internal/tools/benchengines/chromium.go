package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// chromium is a page in a browser without a window.
type chromium struct {
	does   []task
	page   context.Context
	server *http.Server
}

func startChromium(ctx context.Context, _ options, b *bench) (engine, error) {
	program, err := findChromium()
	if err == nil && !b.scripted() {
		err = fmt.Errorf("Chromium with npm: %w", errMissing)
	}
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &chromium{server: &http.Server{Handler: handler(b.dir)}}
	c.does = append(tokenTasks(append([]string{nibbleIDs, nibble, nibbleWorker}, b.peers...)...), append(weightTasks(false), weightTasks(true)...)...)
	go c.server.Serve(l) // until close
	allocator, _ := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))...)
	c.page, _ = chromedp.NewContext(allocator)
	if err := chromedp.Do(c.page, chromedp.Navigate("http://"+l.Addr().String()+"/page.html")); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func findChromium() (string, error) {
	if program := os.Getenv("NIBBLE_CHROMIUM"); program != "" {
		return program, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf("Chromium, which NIBBLE_CHROMIUM would name: %w", errMissing)
}

// handler serves a directory and the page. The page is isolated from other origins: its clock is finer then.
func handler(dir string) http.Handler {
	files := http.FileServerFS(os.DirFS(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		w.Header().Set("Cache-Control", "no-store")
		if r.URL.Path != "/page.html" {
			files.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>engines</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>`)
	})
}

func (*chromium) name() string    { return "Chromium" }
func (c *chromium) tasks() []task { return c.does }

func (c *chromium) do(_ context.Context, t task) (outcome, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return outcome{}, err
	}
	o, err := chromedp.Run(c.page, chromedp.Evaluate[outcome]("perform("+string(data)+")", chromedp.EvalAwaitPromise))
	if err == nil && o.Error != "" {
		err = errors.New(o.Error)
	}
	return o, err
}

func (c *chromium) close() error {
	return errors.Join(chromedp.Cancel(c.page), c.server.Close())
}
