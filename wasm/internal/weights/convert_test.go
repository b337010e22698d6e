package weights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/wasm"
)

// plan plans a conversion; options are JSON.
func (c *client) plan(request wasm.ConvertPlanRequest, options string) *wasm.ConvertPlanReply {
	c.t.Helper()
	reply := new(wasm.ConvertPlanReply)
	c.call(wasm.OpConvertPlan, &request, reply, []byte(options))
	return reply
}

// run takes a started conversion to its end, with between called between two
// parts, and returns the file.
func (c *client) run(plan *wasm.ConvertPlanReply, between func()) []byte {
	c.t.Helper()
	file := make([]byte, plan.Bytes)
	var written, done int64
	for {
		var next wasm.ConvertNextReply
		blobs := c.call(wasm.OpConvertNext, &wasm.ConvertHandle{Conversion: plan.Conversion}, &next)
		if next.Done < done || next.Done > next.Total {
			c.t.Fatalf("%d of %d bytes of tensors are done, behind %d", next.Done, next.Total, done)
		}
		done = next.Done
		if next.End {
			if done != next.Total || written != plan.Bytes || len(blobs) != 0 {
				c.t.Fatalf("the end after %d of %d bytes of tensors, %d of %d bytes", done, next.Total, written, plan.Bytes)
			}
			return file
		}
		written += int64(copy(file[next.Offset:], blobs[0]))
		between()
	}
}

// convert runs a whole conversion.
func (c *client) convert(request wasm.ConvertPlanRequest, options string, measure bool) (*wasm.ConvertPlanReply, []byte) {
	c.t.Helper()
	plan := c.plan(request, options)
	c.call(wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion, Measure: measure}, new(wasm.Empty))
	return plan, c.run(plan, func() {})
}

// native writes the file with package convert alone.
func native(t *testing.T, path string, opts convert.Options) ([]byte, *convert.Report) {
	t.Helper()
	plan, err := convert.NewPlan(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	out := filepath.Join(t.TempDir(), "out.gguf")
	report, err := plan.WriteFile(context.Background(), out, convert.WriteOptions{StreamOptions: convert.StreamOptions{Measure: true}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data, report
}

// The parts are the file that package convert writes, and the report its report.
func TestConvert(t *testing.T) {
	dir := bundled(t)
	for _, options := range []string{
		`{"type":"q4_k_m"}`, `{"type":"q8_0"}`, `{"type":"f16"}`, `{"type":"iq4_xs"}`, `{}`,
		`{"type":"Q5_K_S","quantize":{"outputType":"q8_0","pruneLayers":[1],"overrides":["general.name=str:x"]}}`,
	} {
		t.Run(options, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			plan, got := c.convert(wasm.ConvertPlanRequest{Path: dir}, options, true)
			var opts convert.Options
			if err := json.Unmarshal([]byte(options), &opts); err != nil {
				t.Fatal(err)
			}
			want, wantReport := native(t, dir, opts)
			if !bytes.Equal(got, want) {
				t.Error("the parts are not the file")
			}
			var reply wasm.ConvertReportReply
			c.call(wasm.OpConvertReport, &wasm.ConvertHandle{Conversion: plan.Conversion}, &reply)
			var report convert.Report
			if err := json.Unmarshal(reply.Report, &report); err != nil {
				t.Fatal(err)
			}
			if len(report.Paths) != 1 || report.Paths[0] != plan.FileName || !strings.HasPrefix(plan.FileName, "fable-4m-") {
				t.Errorf("paths %q, file name %q", report.Paths, plan.FileName)
			}
			report.Paths, report.Seconds = wantReport.Paths, wantReport.Seconds
			if got, want := toJSON(t, &report), toJSON(t, throughJSON(t, wantReport)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			c.call(wasm.OpConvertClose, &wasm.ConvertHandle{Conversion: plan.Conversion}, new(wasm.Empty))
		})
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// throughJSON returns what of a report survives JSON.
func throughJSON(t *testing.T, r *convert.Report) *convert.Report {
	t.Helper()
	out := new(convert.Report)
	if err := json.Unmarshal([]byte(toJSON(t, r)), out); err != nil {
		t.Fatal(err)
	}
	return out
}

// llama-quantize's own files, one of them with an importance matrix.
func TestConvertGolden(t *testing.T) {
	model, matrix := shared(t, "models", "fable-4m-bf16.gguf"), shared(t, "models", "imatrix.gguf")
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "golden", "fable.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(data)) {
		row := strings.Split(line, "\t")
		if row[2] != "Q4_K_M" && row[2] != "IQ2_XS" || strings.HasPrefix(row[4], "ERROR") {
			continue
		}
		checked++
		request := wasm.ConvertPlanRequest{Path: model}
		if row[1] == "gguf" {
			request.Imatrix = matrix
		}
		t.Run(row[1]+"/"+row[2], func(t *testing.T) {
			t.Parallel()
			_, file := newClient(t).convert(request, `{"type":"`+row[2]+`"}`, false)
			sum := sha256.Sum256(file)
			if got := hex.EncodeToString(sum[:]); got != row[4] {
				t.Errorf("sha256 %s, want %s", got, row[4])
			}
		})
	}
	if checked < 3 {
		t.Errorf("only %d rows in the table", checked)
	}
}

// Conversions take turns, are given up in the middle and begun anew, and leave no
// goroutine behind.
func TestConvertPauses(t *testing.T) {
	dir := bundled(t)
	want, _ := native(t, dir, convert.Options{Type: "q4_0"})
	before := runtime.NumGoroutine()
	c := newClient(t)
	one, other := c.plan(wasm.ConvertPlanRequest{Path: dir}, `{"type":"q4_0"}`), c.plan(wasm.ConvertPlanRequest{Path: dir}, `{"type":"q4_0"}`)
	start := func(p *wasm.ConvertPlanReply) {
		c.call(wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: p.Conversion}, new(wasm.Empty))
	}
	start(one)
	start(other)
	step := func() {
		c.call(wasm.OpConvertNext, &wasm.ConvertHandle{Conversion: other.Conversion}, new(wasm.ConvertNextReply))
	}
	if got := c.run(one, step); !bytes.Equal(got, want) {
		t.Error("the parts with another conversion between are not the file")
	}
	start(other)
	for range 5 {
		step()
	}
	start(other)
	if got := c.run(other, runtime.GC); !bytes.Equal(got, want) {
		t.Error("the parts of a conversion begun anew are not the file")
	}
	start(one)
	c.call(wasm.OpConvertNext, &wasm.ConvertHandle{Conversion: one.Conversion}, new(wasm.ConvertNextReply))
	for _, p := range []*wasm.ConvertPlanReply{one, other} {
		handle := &wasm.ConvertHandle{Conversion: p.Conversion}
		c.call(wasm.OpConvertClose, handle, new(wasm.Empty))
		c.refuse(wasm.StatusUsage, wasm.OpConvertNext, handle, new(wasm.ConvertNextReply))
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

func TestConvertRefuses(t *testing.T) {
	dir := bundled(t)
	c := newClient(t)
	request := &wasm.ConvertPlanRequest{Path: dir}
	for _, tt := range []struct{ options, words string }{
		{``, "EOF"},
		{`[]`, "array"},
		{`{"typ":"q8_0"}`, `unknown field "typ"`},
		{`{} {}`, "follows"},
		{`{"type":"q9_0"}`, `"q9_0"`},
		{`{"splitMaxBytes":1000}`, "one file"},
		{`{"splitMaxTensors":3}`, "one file"},
		{`{"quantize":{"keepSplit":true}}`, "one file"},
		{`{"quantize":{"pruneLayers":[-1]}}`, "layer -1"},
		{`{"quantize":{"outputType":"q9_0"}}`, `"q9_0"`},
		{`{"type":"iq1_s"}`, "importance"},
	} {
		message := c.refuse(wasm.StatusUsage, wasm.OpConvertPlan, request, new(wasm.ConvertPlanReply), []byte(tt.options))
		if !strings.Contains(message, tt.words) {
			t.Errorf("%s: %q does not say %q", tt.options, message, tt.words)
		}
	}
	c.refuse(wasm.StatusUsage, wasm.OpConvertPlan, request, new(wasm.ConvertPlanReply))
	refuse := func(status wasm.Status, request *wasm.ConvertPlanRequest, words string) {
		t.Helper()
		message := c.refuse(status, wasm.OpConvertPlan, request, new(wasm.ConvertPlanReply), []byte("{}"))
		if !strings.Contains(message, words) || strings.Contains(message, "\n") {
			t.Errorf("%+v: %q does not say %q", request, message, words)
		}
	}
	refuse(wasm.StatusInput, &wasm.ConvertPlanRequest{Path: filepath.Join(dir, "absent")}, "absent")
	refuse(wasm.StatusInput, &wasm.ConvertPlanRequest{Path: dir, Imatrix: filepath.Join(dir, "absent")}, "absent")
	refuse(wasm.StatusFormat, &wasm.ConvertPlanRequest{Path: dir, Imatrix: filepath.Join(dir, "config.json")}, "config.json")
	refuse(wasm.StatusUnsupported, &wasm.ConvertPlanRequest{Path: filepath.Join(dir, "model.safetensors")}, "give the directory")

	// A plan without the importance it needs shows sizes and is not carried out.
	sizes := c.plan(*request, `{"type":"iq1_s","quantize":{"sizesOnly":true}}`)
	c.refuse(wasm.StatusUsage, wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: sizes.Conversion}, new(wasm.Empty))
	if len(sizes.NeedImportance) < 20 || len(sizes.Unweighted)+len(sizes.Unmatched) != 0 {
		t.Errorf("%d tensors need importance weights; %+v", len(sizes.NeedImportance), sizes)
	}
	unmatched := c.plan(*request, `{"type":"q8_0","quantize":{"tensorTypes":[{"pattern":"nothing","type":"q4_0"}]}}`)
	if len(unmatched.Unmatched) != 1 || unmatched.Unmatched[0] != "nothing" {
		t.Errorf("patterns without tensors: %q", unmatched.Unmatched)
	}

	plan := c.plan(*request, `{}`)
	handle := &wasm.ConvertHandle{Conversion: plan.Conversion}
	c.refuse(wasm.StatusUsage, wasm.OpConvertNext, handle, new(wasm.ConvertNextReply))
	c.refuse(wasm.StatusUsage, wasm.OpConvertReport, handle, new(wasm.ConvertReportReply))
	c.call(wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion}, new(wasm.Empty))
	if message := c.refuse(wasm.StatusUsage, wasm.OpConvertReport, handle, new(wasm.ConvertReportReply)); !strings.Contains(message, "no report yet") {
		t.Errorf("report of a conversion on its way: %s", message)
	}
	for _, op := range []wasm.Op{wasm.OpConvertClose, wasm.OpConvertNext, wasm.OpConvertReport} {
		c.refuse(wasm.StatusUsage, op, &wasm.ConvertHandle{Conversion: 99}, new(wasm.Empty))
	}
	c.refuse(wasm.StatusUsage, wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: 99}, new(wasm.Empty))
}
