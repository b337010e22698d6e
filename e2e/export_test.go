package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// TestExportReplaced visits an export on a host that has browsers keep all but the document, and again after another
// version took its place: nothing of the first one is used any more.
func TestExportReplaced(t *testing.T) {
	p := newPage(t)
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := playground.Export(t.Context(), dir, playground.ExportOptions{Generator: "nibble"}); err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600, immutable")
		if r.URL.Path == "/" {
			w.Header().Set("Cache-Control", "no-cache")
		}
		files.ServeHTTP(w, r)
	}))
	defer server.Close()
	p.origin = server.URL
	visit := func() {
		t.Helper()
		p.do(chromedp.Navigate(server.URL + "/"))
		p.wait(`document.querySelector("#tok-veil").hidden`)
		p.fill("#tok-text", story)
		p.waitTokens(story)
	}
	visit()

	versions, err := filepath.Glob(filepath.Join(dir, "v-*"))
	if err != nil || len(versions) != 1 {
		t.Fatalf("versions %q, error %v", versions, err)
	}
	before := filepath.Base(versions[0])
	const after = "v-another"
	if err := os.Rename(versions[0], filepath.Join(dir, after)); err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(dir, "index.html"), before, after)
	replace(t, filepath.Join(dir, after, "app.js"), "nibble-theme", "another-theme") // what can be seen of it
	later := time.Now().Add(time.Minute)                                             // servers tell versions of a file apart by the second
	if err := os.Chtimes(filepath.Join(dir, "index.html"), later, later); err != nil {
		t.Fatal(err)
	}
	visit()
	p.click(`[data-theme-switch] input[value="dark"]`)
	if stored := eval[string](p, `Object.keys(localStorage).join()`); stored != "another-theme" {
		t.Errorf("the other version stores its theme as %q", stored)
	}
	for _, name := range eval[[]string](p, `performance.getEntriesByType("resource").map((e) => e.name)`) {
		if strings.Contains(name, before) {
			t.Errorf("the other version asks for %s", name)
		}
	}
}

// replace replaces words of a file wherever they are.
func replace(t *testing.T, path, before, after string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), before) {
		t.Fatalf("%s has no %q", path, before)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), before, after)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestKept: on a second visit a browser has all but the document, and asks for nothing else.
func TestKept(t *testing.T) {
	p := openTokens(t, story)
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.origin+"/"))
	p.wait(`document.querySelector("#tok-veil").hidden`)
	const sent = `performance.getEntriesByType("resource").filter((e) => e.transferSize > 0).map((e) => e.name).join()`
	if names := eval[string](p, sent); names != "" {
		t.Errorf("sent again: %s", names)
	}
	if n := eval[int](p, `performance.getEntriesByType("resource").length`); n < 5 {
		t.Errorf("only %d files are known of", n)
	}
}
