package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
)

// The browser's own dialog for where to save a file cannot be driven, so a page either has none of it, as in browsers
// that lack it, or one that answers with a file in the origin's private directory.
const (
	noPicker      = `delete window.showSaveFilePicker;`
	privatePicker = `window.showSaveFilePicker = async ({suggestedName}) =>
		(await navigator.storage.getDirectory()).getFileHandle(suggestedName, {create: true});`
	refusingPicker = `window.showSaveFilePicker = async () => { throw new DOMException("no", "AbortError"); };`
)

// openConvert opens the Weights room with a picker, and the view that converts.
func openConvert(t *testing.T, picker string) *page {
	t.Helper()
	p := newPage(t)
	p.onEveryDocument(picker)
	p.do(chromedp.Navigate(world.origin + "/#weights"))
	p.waitModel("fable-4m", sampleParameters)
	p.view("convert")
	return p
}

// plan chooses a file type and waits until it can be made.
func (p *page) plan(fileType string) {
	p.t.Helper()
	p.click(`#weights-filetypes input[value="` + fileType + `"]`)
	p.wait(`!document.querySelector("#weights-convert-start").disabled`)
	p.waitText("#weights-plan-file", fileType)
}

// goldenHash is of the file that the reference makes of the bundled model: of convert_hf_to_gguf's for the types that it
// has itself, else of llama-quantize's.
func goldenHash(t *testing.T, fileType string) string {
	t.Helper()
	for _, table := range []struct{ file, key string }{
		{"convert.tsv", "fable-4m\t" + strings.ToLower(fileType) + "\t"}, // model, outtype, pre, size, sha256
		{"fable.tsv", "fable-4m-bf16\tnone\t" + fileType + "\t"},         // model, imatrix, ftype, size, sha256, perplexity
	} {
		data, err := os.ReadFile("../testdata/golden/" + table.file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, table.key) {
				return strings.Fields(line)[4]
			}
		}
	}
	t.Fatalf("there is no golden file of %s", fileType)
	return ""
}

// downloads lets the page download to a directory, which it returns.
func (p *page) downloads(behavior browser.SetDownloadBehaviorBehavior) string {
	p.t.Helper()
	dir := p.t.TempDir()
	params := browser.SetDownloadBehaviorParams{
		Behavior: behavior, DownloadPath: dir, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	}
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, params); err != nil {
		p.t.Fatal(err)
	}
	return dir
}

// waitFile waits for a file that is downloaded.
func (p *page) waitFile(dir, name string, bytes int64) []byte {
	p.t.Helper()
	path := filepath.Join(dir, name)
	for deadline := time.Now().Add(*patience); ; time.Sleep(50 * time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() == bytes {
			data, err := os.ReadFile(path)
			if err != nil {
				p.t.Fatal(err)
			}
			return data
		}
		if time.Now().After(deadline) {
			there, _ := filepath.Glob(filepath.Join(dir, "*"))
			p.t.Fatalf("no %s of %d bytes was downloaded; there are %q", name, bytes, there)
		}
	}
}

// private lists the files in a directory of the origin's private file system.
func (p *page) private(directory string) []string {
	p.t.Helper()
	return eval[[]string](p, `(async () => {
		let directory = await navigator.storage.getDirectory();
		if (`+quote(directory)+` !== "") directory = await directory.getDirectoryHandle(`+quote(directory)+`, {create: true});
		const names = [];
		for await (const [name, handle] of directory) if (handle.kind === "file") names.push(name);
		return names;
	})()`)
}

func TestConvertToDownload(t *testing.T) {
	p := openConvert(t, noPicker)
	dir := p.downloads(browser.SetDownloadBehaviorBehaviorAllow)
	for _, c := range []struct {
		fileType string
		bytes    int64
	}{{"Q4_K_M", 2887168}, {"IQ4_XS", 2670592}} {
		p.plan(c.fileType)
		name := p.text("#weights-plan-file")
		waitValue(p, `document.querySelector("#weights-plan-after").textContent`, size(c.bytes))
		p.click("#weights-convert-start")
		p.wait(`!document.querySelector("#weights-done").hidden`)
		data := p.waitFile(dir, name, c.bytes)
		if got := sum(data); got != goldenHash(t, c.fileType) {
			t.Errorf("%s: sha256 %s, want %s", c.fileType, got, goldenHash(t, c.fileType))
		}
	}
	// The file before the last one goes once its download must have ended.
	for deadline := time.Now().Add(*patience); ; time.Sleep(100 * time.Millisecond) {
		n := len(p.private("nibble"))
		if n <= 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d temporary files are left, want that of the last download alone", n)
		}
	}
}

// hashOf returns the SHA-256 of a file that was written to where the private picker said.
func (p *page) hashOf(name string) string {
	p.t.Helper()
	return eval[string](p, `(async () => {
		const file = await (await (await navigator.storage.getDirectory()).getFileHandle(`+quote(name)+`)).getFile();
		const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
		return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
	})()`)
}

// TestConvertOptions sets what can be set, and compares the file with the one that native code makes then.
func TestConvertOptions(t *testing.T) {
	const matrixFile = "../testdata/golden/imatrix.gguf"
	matrix, err := imatrix.Open(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	defer matrix.Close()
	matrix.Name = filepath.Base(matrixFile) // a page does not know more
	plan, err := convert.NewPlan(t.Context(), sampleDirectory(t), convert.Options{
		Type: "IQ2_XXS", Name: "renamed",
		Quantize: convert.QuantizeOptions{
			LeaveOutput: true, EmbeddingType: "Q8_0", TensorTypes: []convert.TensorType{{Pattern: "attn_v", Type: "q6_k"}}, Imatrix: matrix,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	path := filepath.Join(t.TempDir(), "native.gguf")
	if _, err := plan.WriteFile(t.Context(), path, convert.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	p := openConvert(t, privatePicker)
	p.click(`#weights-filetypes input[value="IQ2_XXS"]`)
	p.wait(`!document.querySelector("#weights-convert-error").hidden && document.querySelector("#weights-convert-start").disabled`) // it needs a matrix
	p.click(".weights-options summary")
	p.click("#weights-leave-output")
	p.pick("#weights-embedding-type", "q8_0")
	p.fill("#weights-model-name", "renamed")
	p.fill("#weights-tensor-types", "attn_v=q6_k")
	absolute, err := filepath.Abs(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	p.choose("#weights-imatrix", absolute)
	p.waitText("#weights-imatrix-name", "imatrix.gguf")
	p.wait(`document.querySelector("#weights-convert-error").hidden && !document.querySelector("#weights-convert-start").disabled`)
	waitValue(p, `document.querySelector("#weights-plan-after").textContent`, size(int64(len(want))))
	name := p.text("#weights-plan-file")
	p.click("#weights-convert-start")
	p.waitText("#weights-done", name)
	if got := p.hashOf(name); got != sum(want) {
		t.Errorf("%s: sha256 %s, want %s", name, got, sum(want))
	}

	p.fill("#weights-tensor-types", "attn_v")
	p.wait(`!document.querySelector("#weights-convert-error").hidden && document.querySelector("#weights-convert-start").disabled`)
}

// TestConvertToFile writes to a file that was chosen, and measures on the way.
func TestConvertToFile(t *testing.T) {
	p := openConvert(t, privatePicker)
	p.plan("Q8_0")
	p.click(".weights-options summary")
	p.click("#weights-measure")
	p.plan("Q8_0")
	name := p.text("#weights-plan-file")
	p.click("#weights-convert-start")
	p.waitText("#weights-done", name)
	got := p.hashOf(name)
	if want := goldenHash(t, "Q8_0"); got != want {
		t.Errorf("sha256 %s, want %s", got, want)
	}
	p.wait(`document.querySelector("#weights-plan .measured .weights-plan-error")`) // what each tensor lost
	p.plan("Q4_0")                                                                  // another one can follow
}

func TestConvertRefused(t *testing.T) {
	p := openConvert(t, refusingPicker)
	p.plan("Q8_0")
	p.click("#weights-convert-start")
	p.wait(`!document.querySelector("#weights-convert-start").disabled && document.querySelector("#weights-run").hidden`)
	p.wait(`document.querySelector("#weights-done").hidden && document.querySelector("#weights-convert-error").hidden`)
}

// TestConvertSteered pauses a conversion, resumes it and cancels it.
func TestConvertSteered(t *testing.T) {
	p := openConvert(t, noPicker)
	p.downloads(browser.SetDownloadBehaviorBehaviorDeny)
	p.choose("#weights-folder", sparseModel(t, 512<<20))
	p.waitText("#weights-name", "sparse")
	p.plan("Q5_0")
	p.click("#weights-convert-start")
	const done = `document.querySelector("#weights-progress").value`
	p.wait(done + " > 0")
	p.waitText("#weights-progress-percent", " %")
	p.wait(`/ MiB of \d.* · [\d.]+ [KM]iB\/s · /.test(document.querySelector("#weights-progress-text").textContent)`) // how far, how fast

	p.click("#weights-pause")
	p.waitText("#weights-pause", "Resume")
	// What is being written when the button is pressed is written to its end; behind it nothing moves.
	still := eval[float64](p, done)
	for quiet := time.Now(); time.Since(quiet) < time.Second; time.Sleep(50 * time.Millisecond) {
		if now := eval[float64](p, done); now != still {
			still, quiet = now, time.Now()
		}
	}
	if still >= 1 {
		t.Fatal("it was over before it could be paused")
	}
	if n := len(p.private("nibble")); n != 1 {
		t.Errorf("%d temporary files while it is paused, want 1", n)
	}
	p.click("#weights-pause")
	p.wait(done + " > " + quote(still))
	p.click("#weights-cancel")
	p.wait(`document.querySelector("#weights-run").hidden && !document.querySelector("#weights-convert-error").hidden`)
	p.wait(`document.querySelector("#weights-done").hidden`)
	if left := p.private("nibble"); len(left) != 0 {
		t.Errorf("%q is left of it", left)
	}
	p.plan("Q4_0") // another one can follow
}

// TestSizesAreOfFiles: what a GGUF file is compared to, before it is converted, is the file with its metadata.
func TestSizesAreOfFiles(t *testing.T) {
	p := openConvert(t, noPicker)
	path := sampleGGUF(t, "F32")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	p.choose("#weights-files", path)
	p.waitText("#weights-name", "f32.gguf")
	p.plan("F16")
	waitValue(p, `document.querySelector("#weights-plan-before").textContent`, size(info.Size()))
	p.plan("F32")
	waitValue(p, `document.querySelector("#weights-plan-after").textContent`, size(info.Size()))
}
