package e2e

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/playground"
)

// TestExport serves the exported page as any host of files does: under a path of its own, without a header of ours.
func TestExport(t *testing.T) {
	p := newPage(t)
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := playground.Export(t.Context(), dir, playground.ExportOptions{Generator: "nibble"}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /some/where/", http.StripPrefix("/some/where/", http.FileServer(http.Dir(dir))))
	server := httptest.NewServer(mux)
	defer server.Close()
	p.origin = server.URL + "/some/where/"
	p.do(chromedp.Navigate(p.origin))
	p.wait(`document.querySelector("#tok-veil").hidden`)
	p.fill("#tok-text", story)
	p.waitTokens(story)
	if policy := eval[string](p, `document.querySelector("meta[http-equiv=Content-Security-Policy]").content`); policy == "" {
		t.Error("the document has no policy")
	}
	p.click("#tab-weights")
	p.waitModel("fable-4m", sampleParameters)
	p.view("tensors")
	p.waitText("#weights-tensor-name", "model.")
	p.view("convert")
	p.wait(`!document.querySelector("#weights-convert-start").disabled`)
}
