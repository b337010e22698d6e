package e2e

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
)

var huge = flag.Bool("huge", false, "convert a file of 2 GiB, not of 256 MiB")

// TestOpenHuge opens 20 GB and looks at the last of it. What is not looked at is not read.
func TestOpenHuge(t *testing.T) {
	const size, limit = 20e9, 10 * time.Second
	p := openWeights(t)
	dir := sparseModel(t, size)
	started := time.Now()
	p.choose("#weights-files", filepath.Join(dir, "model.safetensors"))
	p.waitText("#weights-name", "model.safetensors")
	p.waitText("#weights-total-bytes", "18.")
	took := time.Since(started).Round(10 * time.Millisecond)
	p.chooseTensor("model.layers.595.self_attn.v_proj.weight")
	p.wait(`document.querySelector("#weights-block .weights-byte") && document.querySelector("#weights-histogram path.bars").getAttribute("d")`)
	memory := p.engineStatus().MemoryBytes
	t.Logf("opened in %v; the module took %.1f MiB", took, float64(memory)/(1<<20))
	if took > time.Duration(float64(limit)*slowness(t)) || memory > 64<<20 {
		t.Errorf("opened in %v with %d bytes of memory, want %v and 64 MiB at most", took, memory, limit)
	}
}

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
