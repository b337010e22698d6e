package main

import (
	"io"
	"os"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far a run is, on a terminal only.
type progress struct {
	container *mpb.Progress // nil where nobody watches
	bar       *mpb.Bar
}

// lineStart writes each frame of the bar from the start of a line: the terminal shows a ^C where the cursor stands.
type lineStart struct{ io.Writer }

func (l lineStart) Write(frame []byte) (int, error) {
	if _, err := io.WriteString(l.Writer, "\r"); err != nil {
		return 0, err
	}
	return l.Writer.Write(frame)
}

// newProgress starts a bar of total bytes on w; 0 means that the total comes with the first update.
func newProgress(w io.Writer, quiet bool, name string, total int64) *progress {
	f, ok := w.(*os.File)
	if quiet || !ok || !isTerminal(w) {
		return &progress{}
	}
	console := cupwriter.New(lineStart{w}, false)
	console.SetTermFd(int(f.Fd()))
	p := mpb.New(mpb.WithConsoleWriter(console))
	bar := p.AddBar(total,
		mpb.PrependDecorators(decor.Name(name+" "), decor.CountersKibiByte("% .1f / % .1f")),
		mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace), decor.Name("  "), decor.AverageETA(decor.ET_STYLE_GO)),
	)
	return &progress{container: p, bar: bar}
}

// update is called with the bytes done so far and in all.
func (p *progress) update(done, total int64) {
	if p.bar != nil {
		p.bar.SetTotal(total, false)
		p.bar.SetCurrent(done)
	}
}

// stop takes the bar off the screen, so that what is printed next starts on a line of its own.
func (p *progress) stop() {
	if p.container == nil {
		return
	}
	p.bar.Abort(true)
	p.container.Wait()
}
