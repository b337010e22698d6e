package main

import (
	"io"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far a run is, on a terminal only.
type progress struct {
	container *mpb.Progress // nil where nobody watches
	bar       *mpb.Bar
}

// newProgress starts a bar of total bytes on w; 0 means that the total comes with the first update.
func newProgress(w io.Writer, quiet bool, name string, total int64) *progress {
	if quiet || !isTerminal(w) {
		return &progress{}
	}
	p := mpb.New(mpb.WithOutput(w))
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
