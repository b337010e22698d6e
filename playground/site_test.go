package playground

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

// content returns what stands in for a file of the page: long enough to be worth compressing, and telling its name.
func content(name string) string { return strings.Repeat(name+"\n", 100) }

// pack compresses as webbuild does.
func pack(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// standIns returns a dist as webbuild leaves it, and a model, with contents that tell the names.
func standIns(t testing.TB) (dist, model fstest.MapFS) {
	t.Helper()
	dist, model = fstest.MapFS{"placeholder": {Data: []byte("placeholder")}}, fstest.MapFS{}
	for _, name := range []string{"app.js", "shared.js", "theme.js", "weights.js", "worker.js", "app.css", "icon.svg", "nibble.wasm", "nibble-text.wasm", "fable-4m/tokenizer.json"} {
		dist[name+".br"] = &fstest.MapFile{Data: pack(t, content(name))}
	}
	for _, name := range []string{
		"tokenizer.json", "tokenizer_config.json", "config.json", "model.safetensors", "generation_config.json", "special_tokens_map.json", "README.md", "NOTES.md",
	} {
		model[name] = &fstest.MapFile{Data: []byte(content("fable-4m/" + name))}
	}
	return dist, model
}

// standInPath is where the handler has the stand-ins. Its name is made of their contents as they are stored, so that
// another version of brotli may change it.
const standInPath = "/v-4eba632c1432/"

// paths are all that the handler has of the stand-ins.
var paths = []string{
	"/", "/index.html", standInPath + "app.js", standInPath + "shared.js", standInPath + "theme.js", standInPath + "weights.js",
	standInPath + "worker.js", standInPath + "app.css", standInPath + "icon.svg", standInPath + "nibble.wasm", standInPath + "nibble-text.wasm",
	standInPath + "fable-4m/tokenizer.json", standInPath + "fable-4m/tokenizer_config.json", standInPath + "fable-4m/config.json",
	standInPath + "fable-4m/model.safetensors", standInPath + "fable-4m/generation_config.json",
	standInPath + "fable-4m/special_tokens_map.json", standInPath + "fable-4m/README.md",
}

func standInSite(t testing.TB) *site {
	t.Helper()
	dist, model := standIns(t)
	s, err := newSite("nibble test", dist, model)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func standInHandler(t testing.TB, opts Options) *handler {
	t.Helper()
	h, err := newHandler(standInSite(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A build of nibble without one of the files has no page, and one without the sample's files packed has it.
func TestBuiltOrNot(t *testing.T) {
	dist, model := standIns(t)
	if s, err := newSite("", dist, model); err != nil || !s.page.Built {
		t.Fatalf("built %t, error %v, with all files there", s.page.Built, err)
	}
	for name := range dist {
		without := fstest.MapFS{}
		for other, file := range dist {
			if other != name {
				without[other] = file
			}
		}
		s, err := newSite("", without, model)
		if err != nil {
			t.Fatal(err)
		}
		if want := name == "placeholder" || name == "fable-4m/tokenizer.json.br"; s.page.Built != want {
			t.Errorf("built %t without %s, want %t", s.page.Built, name, want)
		}
	}
	if _, err := newSite("", dist, fstest.MapFS{}); err == nil {
		t.Error("no error where the model is missing")
	}
}

// Whatever changes in a file, all files have other addresses, and without a change they have the same.
func TestDirectoryNamesContents(t *testing.T) {
	directory := func(change func(dist, model fstest.MapFS)) string {
		t.Helper()
		dist, model := standIns(t)
		change(dist, model)
		s, err := newSite("nibble test", dist, model)
		if err != nil {
			t.Fatal(err)
		}
		return "/" + s.directory + "/"
	}
	if got := directory(func(_, _ fstest.MapFS) {}); got != standInPath {
		t.Fatalf("the stand-ins are at %s, not %s", got, standInPath)
	}
	known := map[string]string{standInPath: "no change"}
	for name, change := range map[string]func(dist, model fstest.MapFS){
		"a script":      func(dist, _ fstest.MapFS) { dist["app.js.br"].Data = pack(t, "other") },
		"the module":    func(dist, _ fstest.MapFS) { dist["nibble.wasm.br"].Data = pack(t, "other") },
		"the weights":   func(_, model fstest.MapFS) { model["model.safetensors"].Data[0]++ },
		"one file more": func(dist, _ fstest.MapFS) { dist["fable-4m/config.json.br"] = &fstest.MapFile{Data: pack(t, "other")} },
		"two swap names": func(dist, _ fstest.MapFS) {
			dist["app.js.br"], dist["shared.js.br"] = dist["shared.js.br"], dist["app.js.br"]
		},
	} {
		got := directory(change)
		if other, ok := known[got]; ok {
			t.Errorf("%s: the files are where they are with %s", name, other)
		}
		known[got] = name
	}
	for _, same := range []func(dist, model fstest.MapFS){
		func(_, model fstest.MapFS) { model["NOTES.md"].Data = nil }, // which is not the page's
		func(dist, _ fstest.MapFS) { delete(dist, "placeholder") },
	} {
		if got := directory(same); got != standInPath {
			t.Errorf("what is not the page's changes the directory to %s", got)
		}
	}
}

// The document names what the handler has.
func TestDocumentNamesFiles(t *testing.T) {
	s := standInSite(t)
	document, err := s.document(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	html, err := document.plain()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`href="DIRapp.css"`, `src="DIRapp.js"`, `<script src="DIRtheme.js"></script>`, `href="DIRshared.js"`, `href="DIRicon.svg"`, `src="DIRicon.svg"`,
		`"text":"DIRnibble-text.wasm"`, `"whole":"DIRnibble.wasm"`, `"tokenizer":"DIRfable-4m/tokenizer.json"`,
		`"weights":"DIRfable-4m/model.safetensors"`, `"weightsBytes":2700`, `"DIRfable-4m/README.md"`,
		`<meta name="generator" content="nibble test">`,
	} {
		if want = strings.ReplaceAll(want, "DIR", standInPath[1:]); !bytes.Contains(html, []byte(want)) {
			t.Errorf("the document has no %s", want)
		}
	}
	// Styles and scripts in the document itself would be stopped by the policy.
	for _, never := range []string{"<style", "style=", "onclick=", "http-equiv", "javascript:"} {
		if bytes.Contains(html, []byte(never)) {
			t.Errorf("the document has %s, which its policy forbids or the handler's headers say already", never)
		}
	}
}

// What this build of nibble embeds can be unpacked. How large it is, make web checks.
func TestEmbedded(t *testing.T) {
	s, err := embeddedSite("nibble")
	if err != nil {
		t.Fatal(err)
	}
	if !s.page.Built {
		if _, err := Module(); !errors.Is(err, ErrNotBuilt) {
			t.Errorf("a module where there is none: %v", err)
		}
		t.Skip("the page's files are not built; make build does it")
	}
	for name, a := range s.assets {
		plain, err := a.plain()
		if err != nil || len(plain) == 0 {
			t.Errorf("%s: %d bytes, error %v", name, len(plain), err)
		}
		if strings.HasSuffix(name, ".wasm") && !bytes.HasPrefix(plain, []byte("\x00asm\x01\x00\x00\x00")) {
			t.Errorf("%s is no WebAssembly module", name)
		}
	}
	if module, err := Module(); err != nil || len(module) == 0 {
		t.Errorf("the module: %d bytes, error %v", len(module), err)
	}
}

// What is said of the document's size is what a browser gets.
func TestDocumentSize(t *testing.T) {
	plain, sent, err := DocumentSize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dist, model := standIns(t)
	s, err := newSite("nibble", dist, model)
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHandler(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	const slack = 20 // the size of the weights stands in the document
	if _, body := ask(t, h, "GET", "/"); len(body) > plain+slack || len(body) < plain-slack {
		t.Errorf("the document has %d bytes, not %d", len(body), plain)
	}
	if _, body := ask(t, h, "GET", "/", "Accept-Encoding: gzip"); len(body) > sent+slack || len(body) < sent-slack {
		t.Errorf("the document is sent as %d bytes, not %d", len(body), sent)
	}
}
