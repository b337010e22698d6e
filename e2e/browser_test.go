package e2e

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/playground"
)

// patience is how long a test waits for the page to show something. Machines that run such tests for others are slow.
var patience = flag.Duration("patience", time.Minute, "how long to wait for the page to show something")

// world is what all tests share: a server of the page and a browser.
var world struct {
	sync.Once
	origin  string
	browser context.Context
	skip    string
	err     error
}

// skip skips a test for want of a program, which CI installs: there it fails.
func skip(t *testing.T, missing string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
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
	flag.Parse()
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
