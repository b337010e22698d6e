package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/hostilefiles"
)

// hostileNames hold what would act on the page if it were not shown as text.
var hostileNames = []string{
	`<img src=x onerror="ran()">`,
	`"><script>ran()</script>`,
	`<svg onload=ran()>.weight`,
	"line\nend\r\x1b[31m\a.weight",
	"\u202egnp.weight\u2066",
	`javascript:ran()`,
	`${ran()}{{ran()}}`,
	strings.Repeat("a", 5000),
}

// TestHostileNames: names of tensors and of files are shown, not run.
func TestHostileNames(t *testing.T) {
	var tensors []safetensors.TensorInfo
	for _, name := range hostileNames {
		tensors = append(tensors, safetensors.TensorInfo{Name: name, DType: safetensors.F32, Shape: []int64{2, 256}})
	}
	layout, err := safetensors.NewLayout(tensors, map[string]string{"<b>key</b>": "<img src=x onerror=ran()>"})
	if err != nil {
		t.Fatal(err)
	}
	file := append(slices.Clone(layout.Header), make([]byte, layout.Size-int64(len(layout.Header)))...)
	path := writeFile(t, `<img src=x onerror="ran()"> & 'x'.safetensors`, file)

	p := openWeights(t)
	// The page itself has one picture and no script in the document.
	const made = `document.querySelectorAll("img:not(.brand > img), script:not([src]):not(#config), iframe, object, embed, [onerror], [onload]").length`
	eval[bool](p, `(window.ran = () => { window.hasRun = true; }, true)`)
	p.choose("#weights-files", path)
	p.waitText("#weights-name", `<img src=x onerror="ran()">`)
	p.view("tensors")
	p.click("#weights-unfold")
	for _, name := range hostileNames[:3] {
		p.fill("#weights-filter", name[:9])
		p.waitText("#weights-tree", name[:9])
		p.click(`#weights-tree [role="treeitem"]:not([aria-expanded])`)
		p.waitText("#weights-tensor-name", name[:9])
	}
	for filter, shown := range map[string]string{"line": "line␊end␍␛[31m␇", "gnp": `\u{202e}gnp`, "aaaa": "aaaa"} {
		p.fill("#weights-filter", filter)
		p.waitText("#weights-tree", shown)
	}
	p.view("convert")
	p.view("model")
	unharmed := func() {
		t.Helper()
		if n := eval[int](p, made); n > 0 {
			t.Errorf("names made %d elements", n)
		}
		if eval[bool](p, "window.hasRun === true") {
			t.Error("a name was run")
		}
	}
	unharmed()

	p.click("#tab-tokens")
	p.wait(`document.querySelector("#tok-veil").hidden`)
	vocabulary := map[string]any{}
	for i, name := range hostileNames[:7] {
		vocabulary[name] = i
	}
	data, err := json.Marshal(map[string]any{"version": "1.0", "model": map[string]any{"type": "WordLevel", "vocab": vocabulary, "unk_token": hostileNames[0]}})
	if err != nil {
		t.Fatal(err)
	}
	p.choose("#tok-open", writeFile(t, `<img src=x onerror="ran()">.json`, data))
	p.waitText(`#tok-facts [data-fact="tokens"]`, "7")
	p.waitText("#tok-name", "<img src=x")
	p.fill("#tok-text", strings.Join(hostileNames[:3], " "))
	p.wait(`document.querySelector("#tok-ids .token")`)
	for _, name := range []string{"pipeline", "vocabulary", "share", "special"} {
		p.tool(name)
	}
	unharmed()
}

// hostileFiles makes the files that the tests of packages gguf and safetensors harm their readers with, and returns some
// of each kind.
func hostileFiles(t *testing.T, most int) []string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-short", "-count=1", "-run", "Hostile|ReferenceKinds", "./gguf", "./gguf/safetensors")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), hostilefiles.Variable+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < most {
		t.Fatalf("only %d hostile files were made", len(files))
	}
	chosen := make([]string, most)
	for i := range chosen {
		chosen[i] = files[i*len(files)/most] // directories are named by hashes, so these are any
	}
	return chosen
}

// TestHostileFiles opens file after file that is made to harm its reader. Each is refused or shown, and the page goes on.
func TestHostileFiles(t *testing.T) {
	p := openWeights(t)
	refused := 0
	for i, path := range hostileFiles(t, 50) {
		p.choose("#weights-files", path)
		settled := `document.querySelector("#engine-state").textContent === "ready"`
		// A model that opens has the file's name; whatever is wrong with one that does not is said.
		p.wait(settled + ` && (!document.querySelector("#weights-error").hidden || document.querySelector("#weights-name").textContent === ` + quote(filepath.Base(path)) + `)`)
		if eval[bool](p, `!document.querySelector("#weights-error").hidden`) {
			refused++
			if p.text("#weights-error-text") == "" {
				t.Errorf("%s is refused without a word", path)
			}
		}
		if i%10 == 9 {
			p.click("#weights-sample")
			p.waitModel("fable-4m", sampleParameters)
		}
	}
	if refused == 0 {
		t.Error("no file was refused")
	}
	if memory := p.engineStatus().MemoryBytes; memory > 128<<20 {
		t.Errorf("the module took %s", fmt.Sprint(memory))
	}
	t.Log(refused, "files refused")
}
