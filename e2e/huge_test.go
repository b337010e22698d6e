package e2e

import (
	"flag"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
)

var huge = flag.Bool("huge", false, "convert a file of 2 GiB, not of 256 MiB")

// TestConvertHuge converts more than the module could hold. It sees the file through slices and hands out chunks, so
// its memory must not follow the file.
func TestConvertHuge(t *testing.T) {
	weights, limit := int64(256<<20), time.Minute
	if *huge {
		weights, limit = 2<<30, 6*time.Minute
	}
	p := openConvert(t, noPicker)
	p.downloads(browser.SetDownloadBehaviorBehaviorDeny) // what is downloaded is looked at elsewhere
	p.choose("#weights-folder", sparseModel(t, weights))
	p.waitText("#weights-name", "sparse")
	p.plan("Q4_0")
	started := time.Now()
	p.click("#weights-convert-start")
	p.wait(`!document.querySelector("#weights-run").hidden`)
	p.waitFor(`document.querySelector("#weights-run").hidden`, time.Duration(float64(limit)*slowness(t)))
	p.wait(`!document.querySelector("#weights-done").hidden`)
	took := time.Since(started).Round(10 * time.Millisecond)
	memory := p.engineStatus().MemoryBytes
	t.Logf("%d MiB in %v; the module took %.1f MiB", weights>>20, took, float64(memory)/(1<<20))
	if memory > 64<<20 {
		t.Errorf("the module took %d bytes of memory, want 64 MiB at most", memory)
	}
}
