package playground

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

// exportedNames are what an export has.
var exportedNames = func() []string {
	names := []string{documentName}
	for _, name := range []string{
		"app.css", "app.js", "fable-4m/README.md", "fable-4m/config.json", "fable-4m/generation_config.json", "fable-4m/model.safetensors",
		"fable-4m/special_tokens_map.json", "fable-4m/tokenizer.json", "fable-4m/tokenizer_config.json",
		"icon.svg", "nibble-text.wasm.gz", "nibble.wasm.gz", "shared.js", "theme.js", "weights.js", "worker.js",
	} {
		names = append(names, standInPath[1:]+name)
	}
	return names
}()

// tree returns the files below dir by name.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestExport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	done, err := standInSite(t).export(t.Context(), dir, false)
	if err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, exportedNames) {
		t.Errorf("exported %q, want %q", names, exportedNames)
	}
	total := int64(0)
	for name, data := range files {
		total += int64(len(data))
		plain, gzipped := strings.CutSuffix(strings.TrimPrefix(name, standInPath[1:]), ".gz")
		if gzipped {
			unpacked, err := unpack([]byte(data), codingGzip)
			if err != nil {
				t.Fatal(err)
			}
			data = string(unpacked)
		}
		if name != "index.html" && data != content(plain) {
			t.Errorf("%s is not the page's file", name)
		}
	}
	if done.Files != len(files) || done.Bytes != total {
		t.Errorf("%+v was reported of %d files with %d bytes", done, len(files), total)
	}
	for _, want := range []string{
		`<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;self&#39; &#39;wasm-unsafe-eval&#39;;`,
		`"text":"` + standInPath[1:] + `nibble-text.wasm.gz"`, `"whole":"` + standInPath[1:] + `nibble.wasm.gz"`,
	} {
		if !strings.Contains(files["index.html"], want) {
			t.Errorf("index.html has no %s", want)
		}
	}
	// Browsers complain of what a <meta> element cannot say.
	if strings.Contains(files["index.html"], "frame-ancestors") {
		t.Error("index.html has frame-ancestors in its policy")
	}

	again := filepath.Join(t.TempDir(), "site")
	if _, err := standInSite(t).export(t.Context(), again, false); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(tree(t, again), files) {
		t.Error("two exports differ")
	}
}

// Every name in the exported document is found under any path.
func TestExportUnderPath(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "some", "path")
	if err := os.Mkdir(filepath.Dir(dir), 0o777); err != nil {
		t.Fatal(err)
	}
	s := standInSite(t)
	if _, err := s.export(t.Context(), dir, false); err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(http.FileServer(http.Dir(root)))
	defer host.Close()
	for _, name := range append(slices.Clone(exportedNames), "") {
		response, err := http.Get(host.URL + "/some/path/" + name)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close() // the status is all
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", name, response.StatusCode)
		}
	}
	if html := tree(t, dir)["index.html"]; strings.Contains(html, `="/`) || strings.Contains(html, `":"/`) {
		t.Error("index.html has a name that starts at the host's root")
	}
}

func TestExportRefuses(t *testing.T) {
	s := standInSite(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, parent string) (dir string, force bool)
		ctx     context.Context
		want    error
	}{
		"not empty": {func(t *testing.T, parent string) (string, bool) {
			put(t, filepath.Join(parent, "site", "stray"))
			return filepath.Join(parent, "site"), false
		}, t.Context(), ErrNotEmpty},
		"a file": {func(t *testing.T, parent string) (string, bool) {
			put(t, filepath.Join(parent, "site"))
			return filepath.Join(parent, "site"), true
		}, t.Context(), atomicfile.ErrTarget},
		"no parent": {func(_ *testing.T, parent string) (string, bool) {
			return filepath.Join(parent, "none", "site"), false
		}, t.Context(), atomicfile.ErrTarget},
		"a directory in a file's place": {func(t *testing.T, parent string) (string, bool) {
			put(t, filepath.Join(parent, "site", standInPath, "worker.js", "stray"))
			return filepath.Join(parent, "site"), true
		}, t.Context(), atomicfile.ErrTarget},
		"a file in a directory's place": {func(t *testing.T, parent string) (string, bool) {
			put(t, filepath.Join(parent, "site", standInPath, "fable-4m"))
			return filepath.Join(parent, "site"), true
		}, t.Context(), atomicfile.ErrTarget},
		"cancelled": {func(_ *testing.T, parent string) (string, bool) {
			return filepath.Join(parent, "site"), false
		}, cancelled, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			dir, force := test.prepare(t, parent)
			before := tree(t, parent)
			if _, err := s.export(test.ctx, dir, force); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if after := tree(t, parent); !maps.Equal(before, after) {
				t.Errorf("what was there has become %q", slices.Sorted(maps.Keys(after)))
			}
			if len(before) == 0 {
				if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
					t.Errorf("%d entries are left, error %v", len(entries), err)
				}
			}
		})
	}
	unbuilt, err := newSite("nibble", fstest.MapFS{}, fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unbuilt.export(t.Context(), filepath.Join(t.TempDir(), "site"), false); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("without the page: %v", err)
	}
}

func put(t *testing.T, name string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte("stray"), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// Force replaces files of the page's names and leaves others.
func TestExportForce(t *testing.T) {
	s := standInSite(t)
	dir := filepath.Join(t.TempDir(), "site")
	put(t, filepath.Join(dir, "stray"))
	put(t, filepath.Join(dir, standInPath, "app.js"))
	put(t, filepath.Join(dir, "v-000000000000", "app.js")) // of another version: who has that one's document goes on with it
	if _, err := s.export(t.Context(), dir, true); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	if files["stray"] != "stray" || files[standInPath[1:]+"app.js"] != content("app.js") || files["v-000000000000/app.js"] != "stray" || len(files) != len(exportedNames)+2 {
		t.Errorf("exported to %q", slices.Sorted(maps.Keys(files)))
	}
}
