package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
)

var update = flag.Bool("update", false, "write the golden report anew")

// hostile are names that would do something if they were not text.
var hostile = []string{
	"<script>alert(1)</script>",
	`"><img src=x onerror=alert(1)>`,
	"</style><b>bold",
	"'--a:1;order:-1",
	"blk.0.\u202egnp.exe",
	"a\x00b\x1b[31mc\u200bd\xff",
	"&lt;already&gt;",
	"javascript:alert(1)",
	strings.Repeat("long", 100),
}

// values returns n values that look like weights: many small ones, few large.
func values(seed uint32, n int, scale float64) []float32 {
	out := make([]float32, n)
	for i := range out {
		sum := 0.0
		for range 4 {
			seed = seed*1664525 + 1013904223
			sum += float64(seed)/(1<<32) - 0.5
		}
		out[i] = float32(float64(sum*scale) * 0x1p-4)
	}
	return out
}

// tensor quantizes made-up weights, measures them and counts them.
func tensor(t *testing.T, seed uint32, name string, typ, wanted quantize.Type, shape ...int64) (convert.TensorReport, convert.TensorHistograms) {
	t.Helper()
	n := int64(1)
	for _, dim := range shape {
		n *= dim
	}
	original := values(seed, int(n), 1+float64(seed%5)/4)
	encoded, err := quantize.AppendEncode(nil, typ, original, quantize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := quantize.AppendDecode(nil, typ, encoded)
	if err != nil {
		t.Fatal(err)
	}
	m := quantize.Measure(original, decoded)
	var weights, differences quantize.Histogram
	weights.Add(original)
	differences.AddErrors(original, decoded)
	line := convert.TensorReport{
		Name: name, Shape: shape, SourceType: "F32", Type: typ.String(),
		Bytes: int64(len(encoded)), BitsPerWeight: typ.BitsPerWeight(), Error: &m,
	}
	if wanted != typ {
		line.WantedType = wanted.String()
	}
	return line, convert.TensorHistograms{Weights: weights.Bins(), Errors: differences.Bins()}
}

// tiny returns the data of a small report.
func tiny(t *testing.T) *Data {
	t.Helper()
	d := &Data{
		Name: "tiny",
		Report: &convert.Report{
			Architecture: "llama", FileType: "Q4_K_M", Paths: []string{"out/tiny-Q4_K_M.gguf"},
			SourceBytes: 40 << 10, Seconds: 0.125,
		},
		Options: []Option{{"--pure", ""}, {"--tensor-type", "attn_v=q6_K"}},
		Importance: &Importance{
			Name: "tiny.imatrix.gguf", Datasets: []string{"calibration.txt"}, Chunks: 12, Unweighted: []string{"token_embd.weight"},
		},
		Comparison: &Comparison{File: Point{"this file", 6.92, 26.2}, Types: []Point{
			{"f32", 32, math.Inf(1)}, {"f16", 16, 70.5}, {"q8_0", 8.5, 43.7}, {"q6_K", 6.56, 36.4}, {"q5_K", 5.5, 29.1},
			{"q5_0", 5.5, 27.6}, {"q5_1", 6, 28.8}, {"q4_K", 4.5, 22.9}, {"q4_0", 4.5, 21.2}, {"q4_1", 5, 22.6}, {"q3_K", 3.44, 17},
			{"q2_K", 2.63, 11.6}, {"iq4_nl", 4.5, 22.3}, {"iq4_xs", 4.25, 22.2}, {"iq3_s", 3.44, 17.4}, {"iq3_xxs", 3.06, 14.9},
			{"iq2_s", 2.56, 11.5}, {"tq1_0", 1.69, 4.1}, {"tq2_0", 2.06, 4.1}, {"mxfp4", 4.25, 19.5},
		}, Recipes: []Point{
			{"Q2_K", 3.1, 13}, {"Q3_K_S", 3.5, 17.1}, {"Q3_K_M", 3.9, 18.5}, {"Q4_K_S", 4.6, 23.1}, {"Q4_K_M", 4.85, 23.9},
			{"Q5_K_M", 5.7, 29.6}, {"Q6_K", 6.56, 36.4}, {"Q8_0", 8.5, 43.7},
		}},
		Generator: "nibble (test)",
	}
	add := func(name string, typ, wanted quantize.Type, shape ...int64) {
		line, counts := tensor(t, uint32(len(d.Report.Tensors)+1), name, typ, wanted, shape...)
		d.Report.Tensors = append(d.Report.Tensors, line)
		d.Histograms = append(d.Histograms, counts)
	}
	add("token_embd.weight", quantize.Q4_K, quantize.Q4_K, 8, 256)
	for _, layer := range []string{"blk.0.", "blk.1."} {
		add(layer+"attn_norm.weight", quantize.F32, quantize.F32, 256)
		add(layer+"attn_q.weight", quantize.Q4_K, quantize.Q4_K, 4, 256)
		add(layer+"attn_v.weight", quantize.Q6_K, quantize.Q6_K, 4, 256)
		add(layer+"ffn_down.weight", quantize.Q5_0, quantize.Q4_K, 8, 96)
	}
	for i := range d.Report.Tensors {
		line := &d.Report.Tensors[i]
		d.Report.Bytes += line.Bytes
		d.Report.Weights += line.Error.Count
	}
	d.Report.BitsPerWeight = 8 * float64(d.Report.Bytes) / float64(d.Report.Weights)
	return d
}

func render(t *testing.T, d *Data) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(context.Background(), &out, d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	got := render(t, tiny(t))
	path := filepath.Join("testdata", "tiny.html")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("the report differs from %s at byte %d (-update writes it):\ngot  %q\nwant %q",
			path, at, got[at:min(at+200, len(got))], want[at:min(at+200, len(want))])
	}
	if again := render(t, tiny(t)); again != got {
		t.Error("the same data gave another report")
	}
}

// elements reads the page as XML, which it is but for its first line, the style
// sheet, and attributes without a value, and returns the text in it.
func elements(t *testing.T, page string, each func(xml.StartElement)) string {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict = true
	dec.Entity = xml.HTMLEntity
	var text strings.Builder
	depth := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			each(token)
		case xml.EndElement:
			depth--
		case xml.CharData:
			text.Write(token)
		}
	}
	if depth != 0 {
		t.Errorf("%d elements are open at the end", depth)
	}
	return text.String()
}

var styleElement = regexp.MustCompile(`(?s)<style>.*?</style>`)

// asXML makes XML of the page.
func asXML(t *testing.T, page string) string {
	t.Helper()
	if n := len(styleElement.FindAllString(page, -1)); n != 1 {
		t.Fatalf("%d style sheets", n)
	}
	page = styleElement.ReplaceAllString(page, "")
	page = strings.Replace(page, "<!doctype html>", "", 1)
	page = strings.ReplaceAll(page, " checked>", ` checked="">`)
	return regexp.MustCompile(`<(meta|input)([^>]*[^/>])>`).ReplaceAllString(page, "<$1$2/>")
}

func hostileReport(t *testing.T) *Data {
	t.Helper()
	d := tiny(t)
	for i, name := range hostile {
		line, counts := tensor(t, uint32(i), name, quantize.Q8_0, quantize.Q8_0, 2, 32)
		line.SourceType = name
		d.Report.Tensors = append(d.Report.Tensors, line)
		d.Histograms = append(d.Histograms, counts)
		d.Options = append(d.Options, Option{name, name})
		d.Importance.Datasets = append(d.Importance.Datasets, name)
		d.Importance.Unweighted = append(d.Importance.Unweighted, name)
		d.Comparison.Types = append(d.Comparison.Types, Point{name, 4 + float64(i)/10, 20})
		d.Report.Paths = append(d.Report.Paths, name)
	}
	d.Name, d.Report.Architecture, d.Importance.Name, d.Generator = hostile[0], hostile[1], hostile[2], hostile[4]
	return d
}

// Nothing runs and nothing is fetched, whatever the names in the model are; the
// names are shown.
func TestHostileNames(t *testing.T) {
	allowed := regexp.MustCompile(`^(html|head|meta|title|body|main|header|footer|section|p|h1|h2|ul|ol|li|dl|dt|dd|div|span|strong|small|b|bdi|abbr|a|` +
		`table|thead|tbody|tr|th|td|input|label|details|summary|svg|g|path|text)$`)
	page := asXML(t, render(t, hostileReport(t)))
	anchors := map[string]bool{}
	var links []string
	text := elements(t, page, func(e xml.StartElement) {
		if !allowed.MatchString(e.Name.Local) {
			t.Errorf("an element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			switch name := a.Name.Local; {
			case strings.HasPrefix(name, "on"), name == "src", name == "action", name == "srcdoc":
				t.Errorf("%s has %s=%q", e.Name.Local, name, a.Value)
			case name == "style" && !regexp.MustCompile(`^(--[a-k]:[0-9]+;?)+$`).MatchString(a.Value):
				t.Errorf("a style %q", a.Value)
			case name == "href":
				links = append(links, a.Value)
			case name == "id":
				if anchors[a.Value] {
					t.Errorf("two elements have id %q", a.Value)
				}
				anchors[a.Value] = true
			}
		}
	})
	for _, link := range links {
		if id, ok := strings.CutPrefix(link, "#"); !ok || !anchors[id] {
			t.Errorf("a link to %q", link)
		}
	}
	if len(links) == 0 {
		t.Error("no links")
	}
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x202A && r <= 0x202E || r == 0x200B || r == 0xFFFD {
			t.Errorf("the text has %U", r)
		}
	}
	for _, want := range []string{
		hostile[0], hostile[1], hostile[2], hostile[3], hostile[6], hostile[7], `blk.0.\u202egnp.exe`, `a\x00b\x1b[31mc\u200bd\xff`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Contains(text, hostile[8]) {
		t.Error("a name of 400 bytes is shown in full")
	}
}

// The page is one file without scripts that asks for nothing from elsewhere.
func TestSelfContained(t *testing.T) {
	page := render(t, tiny(t))
	for _, never := range []string{"<script", "http:", "https:", "//", "url(", "@import", "javascript", "<link", "<iframe", "<object"} {
		if strings.Contains(strings.ToLower(page), never) {
			t.Errorf("the report contains %q", never)
		}
	}
	if !strings.Contains(page, `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:;`) {
		t.Error("no content security policy")
	}
}

// Each column has a button and a rule for each direction, and each row a place
// for each column.
func TestSorting(t *testing.T) {
	d := tiny(t)
	page := render(t, d)
	for i := range columns {
		for _, id := range []string{columns[i].upID(), columns[i].downID()} {
			if n := strings.Count(page, "body:has(#"+id+":checked) .sorted>*{order:"); n != 1 {
				t.Errorf("%d rules for %s", n, id)
			}
			if n := strings.Count(page, `<input type="radio" name="sort" id="`+id+`"`); n != 1 {
				t.Errorf("%d buttons %s", n, id)
			}
			if n := strings.Count(page, `<label for="`+id+`"`); n != 1 {
				t.Errorf("%d labels for %s", n, id)
			}
		}
		if n, want := strings.Count(page, property(i)+":"), 2*len(d.Report.Tensors); n != want {
			t.Errorf("column %s: %d places, want %d: of each tensor in the table and among the histograms", columns[i].id, n, want)
		}
	}
	if n := strings.Count(page, " checked"); n != 1 {
		t.Errorf("%d buttons are checked at first", n)
	}
}

func TestPlaces(t *testing.T) {
	d := &Data{Report: &convert.Report{Tensors: []convert.TensorReport{
		{Name: "blk.10.a", Shape: []int64{2, 3}, SourceType: "F16", Type: "q4_0", Bytes: 5, Error: &quantize.Metrics{SQNR: 20, RMSE: 2}},
		{Name: "blk.9.a", Shape: []int64{6}, SourceType: "BF16", Type: "f32", Bytes: 7, Error: &quantize.Metrics{SQNR: math.Inf(1)}},
		{Name: "a", Shape: []int64{7}, SourceType: "F16", Type: "q4_0", Bytes: 6},
	}}}
	want := []string{
		"--a:0;--b:2;--c:0;--d:1;--e:1;--f:0;--g:0;--h:2;--i:1;--j:1;--k:1",
		"--a:1;--b:1;--c:0;--d:0;--e:0;--f:0;--g:2;--h:1;--i:1;--j:2;--k:1",
		"--a:2;--b:0;--c:2;--d:1;--e:1;--f:0;--g:1;--h:0;--i:0;--j:0;--k:0",
	}
	for i, r := range rowsOf(d) {
		if string(r.places) != want[i] {
			t.Errorf("%s:\ngot  %s\nwant %s", r.Name, r.places, want[i])
		}
	}
}

// A model of a thousand tensors has a report that a browser opens at once.
func TestSizeOfLargeReport(t *testing.T) {
	d := tiny(t)
	tensors, histograms := d.Report.Tensors, d.Histograms
	for i := 2; len(d.Report.Tensors) < 1000; i++ {
		for j := 5; j < 9; j++ {
			line := tensors[j]
			line.Name = strings.Replace(line.Name, "blk.1", fmt.Sprintf("blk.%d", i), 1)
			d.Report.Tensors = append(d.Report.Tensors, line)
			d.Histograms = append(d.Histograms, histograms[j])
		}
	}
	if page := render(t, d); len(page) > 4<<20 {
		t.Errorf("%d bytes for %d tensors", len(page), len(d.Report.Tensors))
	}
}

// A report of a run that measured nothing is a table without errors.
func TestUnmeasured(t *testing.T) {
	d := tiny(t)
	d.Histograms, d.Comparison, d.Importance, d.Options = nil, nil, nil, nil
	for i := range d.Report.Tensors {
		d.Report.Tensors[i].Error = nil
	}
	page := render(t, d)
	elements(t, asXML(t, page), func(xml.StartElement) {})
	for _, section := range []string{`id="layers"`, `id="types"`, `id="histograms"`, "Worst tensors"} {
		if strings.Contains(page, section) {
			t.Errorf("the report has %s", section)
		}
	}
	if !strings.Contains(page, "blk.1.ffn_down.weight") {
		t.Error("no tensors")
	}
	if empty := render(t, &Data{Report: &convert.Report{}}); !strings.Contains(empty, `id="tensors"`) {
		t.Error("no table in an empty report")
	}
}

func TestWriteFails(t *testing.T) {
	broken := errors.New("broken")
	if err := Write(context.Background(), failing{broken}, tiny(t)); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Write(ctx, io.Discard, tiny(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after cancelling", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
