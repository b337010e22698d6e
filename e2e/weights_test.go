package e2e

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// sampleParameters is how many weights the bundled model has.
const sampleParameters = 4196608

// openWeights opens the Weights room and waits for the model that it opens by itself.
func openWeights(t *testing.T) *page {
	t.Helper()
	p := open(t, "#weights")
	p.waitModel("fable-4m", sampleParameters)
	return p
}

// waitModel waits until the room shows a model.
func (p *page) waitModel(name string, parameters int64) {
	p.t.Helper()
	p.waitText("#weights-name", name)
	p.waitText("#weights-total-parameters", fmt.Sprintf("%.2f M", float64(parameters)/1e6))
}

// view opens one of the views of the model.
func (p *page) view(name string) {
	p.t.Helper()
	p.click("#weights-tab-" + name)
	p.wait(`!document.querySelector("#weights-` + name + `").hidden`)
}

// size is a number of bytes as the page writes it.
func size(n int64) string {
	v, unit := float64(n), 0
	for ; v >= 1024 && unit < 4; unit++ {
		v /= 1024
	}
	name := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}[unit]
	switch {
	case unit == 0:
		return fmt.Sprint(n, " ", name)
	case v < 10:
		return fixed(v, 2) + " " + name
	case v < 100:
		return fixed(v, 1) + " " + name
	}
	return fixed(v, 0) + " " + name
}

// fixed is a positive number with so many digits behind the point as JavaScript's toFixed writes it, which rounds what
// is in the middle up.
func fixed(v float64, digits int) string {
	scale := math.Pow10(digits)
	return strconv.FormatFloat(math.Floor(v*scale+0.5)/scale, 'f', digits, 64)
}

func TestModels(t *testing.T) {
	p := openWeights(t)
	dir := sampleDirectory(t)
	p.step("GGUF", func() {
		p.choose("#weights-files", sampleGGUF(p.t, "Q4_K_M"))
		p.waitModel("fable-4m-q4_k_m.gguf", sampleParameters)
		p.waitText("#weights-total-type", "Q4_K_M")
		p.waitText("#weights-said", "Q4_K_M") // what its name says
	})
	p.step("safetensors alone", func() {
		p.choose("#weights-files", filepath.Join(dir, "model.safetensors"))
		p.waitModel("model.safetensors", sampleParameters)
		p.view("convert")
		p.wait(`!document.querySelector("#weights-convert-missing").hidden`)
		p.view("model")
	})
	p.step("a folder", func() {
		p.choose("#weights-folder", dir)
		p.waitModel("fable-4m", sampleParameters)
		p.waitText("#weights-facts", "Llama")
		p.view("convert")
		p.wait(`document.querySelector("#weights-convert-missing").hidden && !document.querySelector("#weights-convert-form").hidden`)
		p.view("model")
	})
	p.step("dropped", func() {
		p.drop("#weights", sampleGGUF(p.t, "Q8_0"))
		p.waitModel("fable-4m-q8_0.gguf", sampleParameters)
	})
	p.step("no model", func() {
		p.choose("#weights-files", filepath.Join(dir, "config.json"))
		p.wait(`!document.querySelector("#weights-error").hidden`)
		p.waitText("#weights-name", "fable-4m-q8_0.gguf") // what was open stays
		p.click("#weights-error-close")
		p.wait(`document.querySelector("#weights-error").hidden`)
	})
	p.step("the sample again", func() {
		p.click("#weights-sample")
		p.waitText("#weights-total-type", "BF16")
		p.waitModel("fable-4m", sampleParameters)
	})
}

// TestMemoryToRun changes the context and the type of the cache; the formula's numbers follow.
func TestMemoryToRun(t *testing.T) {
	report, err := inspect.Open(sampleDirectory(t))
	if err != nil {
		t.Fatal(err)
	}
	p := openWeights(t)
	check := func(context int64, cache quantize.Type) {
		t.Helper()
		memory, err := report.Memory(context, cache, cache)
		if err != nil {
			t.Fatal(err)
		}
		waitValue(p, `document.querySelector("#weights-memory-formula").textContent`, "= "+strings.ReplaceAll(memory.Formula, " x ", " × "))
		waitValue(p, `document.querySelector("#weights-memory-total").textContent`, size(memory.TotalBytes))
		waitValue(p, `document.querySelector("#weights-total-memory").textContent`, size(memory.TotalBytes))
	}
	check(256, quantize.F16)
	p.fill("#weights-context", "100000")
	check(100000, quantize.F16)
	p.pick("#weights-cache", "q8_0")
	check(100000, quantize.Q8_0)
	p.fill("#weights-context-log", "15")
	check(32768, quantize.Q8_0)
	p.fill("#weights-context", "0")
	p.wait(`document.querySelector("#weights-context").getAttribute("aria-invalid") === "true"`)
}

const smallTensor = "model.layers.2.self_attn.k_proj.weight"

// tensorValues reads a tensor of the bundled model.
func tensorValues(t *testing.T, name string) (values []float32, columns int) {
	t.Helper()
	file, err := safetensors.Open(filepath.Join(sampleDirectory(t), "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tensor, ok := file.Lookup(name)
	if !ok {
		t.Fatalf("the bundled model has no %s", name)
	}
	data := make([]byte, tensor.Size())
	if _, err := tensor.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	values = make([]float32, tensor.Values())
	if err := safetensors.DecodeFloat32(values, tensor.DType, data); err != nil {
		t.Fatal(err)
	}
	return values, int(tensor.Shape[1])
}

// chooseTensor opens a tensor of the sample by the keyboard alone.
func (p *page) chooseTensor(name string) {
	p.t.Helper()
	p.view("tensors")
	p.waitText("#weights-tensor-name", "model.") // the first one is chosen by itself
	p.do(focus("#weights-filter"))
	p.press(name + kb.ArrowDown)
	p.wait(`document.activeElement.id === "weights-tree"`)
	p.press(kb.End + kb.Enter)
	waitValue(p, `document.querySelector("#weights-tensor-name").textContent`, name)
}

func TestTensorTree(t *testing.T) {
	p := openWeights(t)
	p.view("tensors")
	p.waitText("#weights-tensor-name", "model.embed_tokens.weight")
	const active = `document.getElementById(document.querySelector("#weights-tree").getAttribute("aria-activedescendant"))`
	label := func() string { return eval[string](p, active+`.querySelector(".weights-node-name").textContent`) }

	p.do(focus("#weights-tree"))
	p.press(kb.Home)
	p.press("model.layers.2") // goes to what begins so, a letter after the other
	p.press(kb.Home + kb.ArrowDown)
	for range 10 {
		if strings.Contains(label(), "layers") {
			break
		}
		p.press(kb.ArrowDown)
	}
	group := label()
	p.press(kb.ArrowLeft) // folds it, if it is open
	p.wait(active + `.getAttribute("aria-expanded") === "false"`)
	p.press(kb.ArrowRight)
	p.wait(active + `.getAttribute("aria-expanded") === "true"`)
	p.press(kb.ArrowRight)
	p.wait(active + `.getAttribute("aria-level") === "2"`)
	p.press(kb.Enter)
	p.wait(active + `.getAttribute("aria-selected") === "true"`)
	p.wait(`document.querySelector("#weights-tensor-name").textContent.startsWith(` + quote(group) + `)`)
	p.press(kb.ArrowLeft)
	waitValue(p, active+`.querySelector(".weights-node-name").textContent`, group)
	p.press("*")
	p.wait(`document.querySelectorAll('#weights-tree [aria-expanded="false"]').length === 0`)
	p.press(kb.End)
	p.wait(active + `.getAttribute("aria-level") !== null`)

	p.fill("#weights-filter", "layers.3 v_proj")
	waitValue(p, `document.querySelectorAll('#weights-tree [role="treeitem"]:not([aria-expanded])').length`, 1)
	p.fill("#weights-filter", "no such tensor")
	waitValue(p, `document.querySelectorAll('#weights-tree [role="treeitem"]').length`, 0)
}

func TestHistograms(t *testing.T) {
	p := openWeights(t)
	p.chooseTensor(smallTensor)
	values, _ := tensorValues(t, smallTensor)
	for _, id := range []string{"#weights-histogram", "#weights-errors"} {
		p.wait(`document.querySelector("` + id + ` svg path.bars").getAttribute("d") !== ""`)
		p.click(id + " summary")
		// The table under the picture has every value once.
		waitValue(p, `[...document.querySelectorAll("`+id+` tbody tr")].reduce((sum, row) =>
			sum + Number(row.lastElementChild.textContent.replaceAll(",", "")), 0)`, len(values))
	}
	p.hover("#weights-histogram svg")
	p.wait(`document.querySelector("#weights-histogram .weights-readout").textContent !== ""`)
	before := eval[string](p, `document.querySelector("#weights-histogram svg path.bars").getAttribute("d")`)
	p.click("#weights-log")
	p.wait(`document.querySelector("#weights-histogram svg path.bars").getAttribute("d") !== ` + quote(before))
}

// TestMeasures holds the table of what each type costs against package quantize.
func TestMeasures(t *testing.T) {
	values, columns := tensorValues(t, smallTensor)
	p := openWeights(t)
	p.chooseTensor(smallTensor)
	p.pick("#weights-sample-size", "9007199254740991")
	p.wait(`document.querySelector("#weights-measures tbody tr") && !document.querySelector("#weights-measures tbody tr.waiting")`)
	rows := eval[[][]string](p, `[...document.querySelectorAll("#weights-measures tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`)
	measured := 0
	for _, row := range rows {
		typ, err := quantize.ParseType(row[0])
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		encoded, err := quantize.AppendEncode(nil, typ, values, quantize.Options{Columns: columns})
		if err != nil {
			if !strings.Contains(row[2], "importance") && !strings.Contains(row[2], "blocks") {
				t.Errorf("%s: the page says %q, package quantize %v", row[0], row, err)
			}
			continue
		}
		decoded, err := quantize.AppendDecode(nil, typ, encoded)
		if err != nil {
			t.Fatal(err)
		}
		want := quantize.Measure(values, decoded)
		measured++
		if row[1] != fixed(typ.BitsPerWeight(), 2) || row[2] != size(int64(len(encoded))) {
			t.Errorf("%s: %s bits, %s, want %.2f and %s", row[0], row[1], row[2], typ.BitsPerWeight(), size(int64(len(encoded))))
		}
		for i, c := range []struct {
			name            string
			want, tolerance float64
		}{
			// as many digits as the page shows
			{"SQNR", want.SQNR, 0.006},
			{"RMSE", want.RMSE, 0.006 * want.RMSE},
			{"largest error", want.MaxError, 0.006 * want.MaxError},
			{"cosine", want.Cosine, 1e-6},
		} {
			cell := strings.ReplaceAll(row[3+i], "−", "-")
			if got, err := strconv.ParseFloat(cell, 64); err != nil && !math.IsInf(c.want, 1) || math.Abs(got-c.want) > c.tolerance && !math.IsInf(c.want, 1) {
				t.Errorf("%s: %s %q, want %g", row[0], c.name, row[3+i], c.want)
			}
		}
	}
	if measured < 20 {
		t.Errorf("only %d types are measured", measured)
	}

	p.click("#weights-measures thead th:nth-child(4) button") // by what is lost, the best first
	p.wait(`document.querySelector("#weights-measures thead th:nth-child(4)").getAttribute("aria-sort") === "descending"`)
	p.click(`#weights-measures tbody tr:nth-child(1) button`)
	p.wait(`document.querySelector("#weights-measures tbody tr:nth-child(1) button").getAttribute("aria-pressed") === "true"`)
}

// TestBlock holds a block that is taken apart against package quantize, and follows the links between its parts.
func TestBlock(t *testing.T) {
	values, columns := tensorValues(t, smallTensor)
	p := openWeights(t)
	p.chooseTensor(smallTensor)
	for _, typ := range []quantize.Type{quantize.Q4_K, quantize.Q5_0, quantize.IQ4_XS} {
		p.pick("#weights-block-type", typ.String())
		encoded, err := quantize.AppendEncode(nil, typ, values, quantize.Options{Columns: columns})
		if err != nil {
			t.Fatal(err)
		}
		for _, number := range []int{0, 3} {
			p.retype("#weights-block-number", fmt.Sprint(number)+kb.Enter)
			block := encoded[number*typ.BlockBytes():][:typ.BlockBytes()]
			waitValue(p, `[...document.querySelectorAll("#weights-block .weights-byte")].map((e) => e.textContent).join("")`, fmt.Sprintf("%x", block))
			anatomy, err := quantize.Dissect(typ, block)
			if err != nil {
				t.Fatal(err)
			}
			waitValue(p, `document.querySelectorAll("#weights-block .weights-weight").length`, len(anatomy.Weights))
			for f, field := range anatomy.Fields {
				part := len(field.Spans) - 1
				want := map[int]bool{}
				for _, span := range field.Spans[part] {
					for bit := span.Bit; bit < span.Bit+span.Width; bit++ {
						want[bit/8] = true
					}
				}
				p.do(focus(fmt.Sprintf(`#weights-block [data-field="%d"][data-index="%d"]`, f, part)))
				lit := eval[[]int](p, `[...document.querySelectorAll("#weights-block .weights-byte.lit")].map((e) => Number(e.dataset.byte))`)
				for _, b := range lit {
					if !want[b] {
						t.Errorf("%s: byte %d is lit for part %d of %s", typ, b, part, field.Name)
					}
				}
				if len(lit) != len(want) {
					t.Errorf("%s: %d bytes are lit for part %d of %s, want %d", typ, len(lit), part, field.Name, len(want))
				}
				waitValue(p, `document.querySelectorAll("#weights-block .weights-weight.lit").length`, field.Each)
			}
		}
	}
	p.do(focus(`#weights-block [data-weight="0"]`))
	p.press(kb.ArrowRight)
	waitValue(p, `document.activeElement.dataset.weight`, "1")
	p.wait(`document.querySelector("#weights-block .weights-byte.lit")`)
	p.click("#weights-block-prev")
	waitValue(p, `document.querySelector("#weights-block-number").value`, "2")
	p.pick("#weights-block-type", "") // as it stands in the file
	p.wait(`document.querySelector("#weights-block .weights-byte")`)
}

// TestMeasuringIsGivenUp: whoever asks for all weights of a large tensor and then for fewer need not wait for all.
func TestMeasuringIsGivenUp(t *testing.T) {
	p := openWeights(t)
	p.choose("#weights-folder", sparseModel(t, 64<<20))
	p.waitText("#weights-name", "sparse")
	p.chooseTensor("model.embed_tokens.weight")
	p.waitText("#weights-measures-state", "Measured on")
	p.pick("#weights-sample-size", "9007199254740991")
	p.waitText("#weights-measures-state", "% of this one")
	p.pick("#weights-sample-size", "16384")
	p.waitText("#weights-measures-state", "Measured on 16,384 of 4,194,304 weights")
	p.wait(`!document.querySelector("#weights-measures tbody tr.waiting")`)
}
