package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/chat"
)

// tool opens one of the tabs under the tokens.
func (p *page) tool(name string) {
	p.t.Helper()
	p.click("#tok-tab-" + name)
	p.wait(`!document.querySelector("#tok-tool-` + name + `").hidden`)
}

func TestPipeline(t *testing.T) {
	p := openTokens(t, story)
	p.tool("pipeline")
	explained, err := native(t).Explain(story, tokenize.Options{AddSpecial: true})
	if err != nil {
		t.Fatal(err)
	}
	var pieces int
	var ids []uint32
	for _, segment := range explained.Segments {
		if !segment.Added {
			pieces += len(segment.Pieces)
		}
		for _, piece := range segment.Pieces {
			ids = append(ids, piece.IDs...)
		}
	}
	stage := func(n int, what string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("#tok-pipeline > li:nth-child(%d) .chip%s")]`, n, what)
	}
	numbers := func(n int) string {
		return "JSON.stringify(" + stage(n, " .chip-id") + ".map((e) => Number(e.textContent)))"
	}
	waitValue(p, stage(3, "")+".length", pieces)
	waitValue(p, numbers(4), quote(ids))
	waitValue(p, numbers(5), quote(explained.Encoding.IDs))
}

func TestMerges(t *testing.T) {
	tok := native(t)
	p := openTokens(t, story)
	p.tool("merges")
	p.wait(`document.querySelector("#tok-merge-table tbody tr")`) // of the word at the caret
	const word = "thoughtful"
	p.fill("#tok-merge-word", word)
	steps, err := tok.MergeSteps(word)
	if err != nil {
		t.Fatal(err)
	}
	waitValue(p, `document.querySelectorAll("#tok-merge-table tbody tr").length`, len(steps))
	shown := func(i int) {
		t.Helper()
		waitValue(p, `JSON.stringify([...document.querySelectorAll("#tok-merge-tokens .chip-id")].map((e) => Number(e.textContent)))`, quote(steps[i].IDs))
		if i > 0 {
			p.waitText("#tok-merge-state", "rank "+grouped(steps[i].Rank))
		}
	}
	shown(0)
	p.click("#tok-merge-next")
	shown(1)
	p.click("#tok-merge-prev")
	shown(0)
	p.fill("#tok-merge-step", fmt.Sprint(len(steps)-1))
	shown(len(steps) - 1)
	p.click("#tok-merge-table tbody tr:nth-child(2)")
	shown(1)

	// Tokens are spelled as in the rest of the page, whatever the vocabulary writes for their bytes.
	p.fill("#tok-merge-word", " é")
	waitValue(p, `[...document.querySelectorAll("#tok-merge-tokens .chip > :first-child")].map((e) => e.textContent).join(" ")`, "␣ ‹C3› ‹A9›")
	waitValue(p, `document.querySelector("#tok-merge-table .merge-line").textContent`, "␣|‹C3›|‹A9›")
}

func TestBatch(t *testing.T) {
	tok := native(t)
	lines := []string{"Once upon a time", "The owl thought and thought, and didn't know.", "Hi!", "é"}
	p := openTokens(t, strings.Join(lines, "\n"))
	p.tool("batch")
	p.click("#tok-batch-take")
	for _, c := range []struct {
		pad, side, cut, cutSide string
		length, cutLength       int
	}{
		{pad: "longest", side: "right", cut: "none"},
		{pad: "longest", side: "left", cut: "none"},
		{pad: "length", length: 20, side: "left", cut: "none"},
		{pad: "length", length: 7, side: "right", cut: "length", cutLength: 5, cutSide: "right"},
		{pad: "none", cut: "length", cutLength: 3, cutSide: "left"},
	} {
		p.pick("#tok-batch-pad", c.pad)
		p.pick("#tok-batch-cut", c.cut)
		o := asShown
		o.Padding = &tokenize.Padding{Longest: c.pad == "longest", Length: c.length, Left: c.side == "left"}
		o.Truncation = &tokenize.Truncation{MaxLength: c.cutLength, Left: c.cutSide == "left"}
		if c.side != "" {
			p.pick("#tok-batch-pad-side", c.side)
		}
		if c.length > 0 {
			p.fill("#tok-batch-pad-length", fmt.Sprint(c.length))
		}
		if c.cutLength > 0 {
			p.pick("#tok-batch-cut-side", c.cutSide)
			p.fill("#tok-batch-cut-length", fmt.Sprint(c.cutLength))
		}
		batch, err := tok.EncodeBatch(t.Context(), lines, o)
		if err != nil {
			t.Fatal(err)
		}
		var want [][]uint32
		for _, e := range batch {
			want = append(want, e.IDs, e.AttentionMask)
		}
		waitValue(p, `JSON.stringify([...document.querySelectorAll("#tok-batch-grid tr")].map((row) =>
			[...row.querySelectorAll("td")].map((cell) => Number((cell.querySelector("small") ?? cell).textContent))))`, quote(want))
	}
	spelled := func(line int) string {
		return fmt.Sprintf(`[...document.querySelectorAll("#tok-batch-grid tbody:nth-child(%d) .cell")].map((e) => e.firstChild.textContent).join("|")`, line)
	}
	p.pick("#tok-batch-cut", "none")
	waitValue(p, spelled(1), "O|nce|␣upon|␣a|␣time")
	waitValue(p, spelled(4), "‹C3›|‹A9›")
}

func TestCompare(t *testing.T) {
	p := openTokens(t, story)
	p.tool("compare")
	path := fewerMerges(t)
	other, err := tokenize.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	one, two := encode(t, native(t), story, asShown), encode(t, other, story, asShown)
	p.choose("#tok-compare-open", path)
	p.waitText("#tok-compare-count-a", grouped(one.Len()))
	p.waitText("#tok-compare-count-b", grouped(two.Len()))
	only := func(a, b *tokenize.Encoding) int {
		n := 0
		for _, span := range a.Offsets {
			if !slices.ContainsFunc(b.Offsets, func(s tokenize.Span) bool { return s.Start == span.Start }) {
				n++
			}
		}
		return n
	}
	// The tokens of a character have one place in Offsets, and places of their own on the page; there are none in the
	// first word, and what is marked there is told apart by its place.
	if only(two, one) == 0 {
		t.Fatal("both cut the text alike")
	}
	marked := func(side string) string {
		return `document.querySelectorAll("#tok-compare-` + side + ` .token.only.opens").length`
	}
	waitValue(p, marked("a"), only(one, two))
	p.wait(marked("b") + fmt.Sprintf(" >= %d", only(two, one)))
}

func TestVocabulary(t *testing.T) {
	tok := native(t)
	p := openTokens(t, story)
	p.tool("vocabulary")
	p.fill("#tok-find", "fox")
	want := map[uint32]bool{}
	for id := range tok.Tokens() {
		if strings.Contains(string(tok.TokenBytes(id)), "fox") {
			want[id] = true
		}
	}
	waitValue(p, `document.querySelectorAll("#tok-found li").length`, len(want))
	p.waitText("#tok-find-summary", grouped(len(want)))
	for _, id := range eval[[]uint32](p, `[...document.querySelectorAll("#tok-found .chip-id")].map((e) => Number(e.textContent))`) {
		if !want[id] {
			t.Errorf("found token %d, which has no fox", id)
		}
	}
	p.fill("#tok-find", "1234")
	p.wait(`[...document.querySelectorAll("#tok-found .chip-id")].some((e) => e.textContent === "1234")`)
	p.fill("#tok-find", "\x01no such token")
	waitValue(p, `document.querySelectorAll("#tok-found li").length`, 0)
}

func TestChat(t *testing.T) {
	templates, err := chat.ReadFS(sample.FS(), chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prompt := func(generation bool, messages ...*chat.Object) string {
		t.Helper()
		in := chat.Input{Messages: messages, AddGenerationPrompt: generation}
		template, err := templates.Select("", in)
		if err != nil {
			t.Fatal(err)
		}
		rendered, err := template.Render(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return rendered.String()
	}
	p := openTokens(t, story)
	p.tool("chat")
	const shown = `document.querySelector("#tok-chat-prompt").textContent`
	message := func(n int) string { return fmt.Sprintf("#tok-chat-messages > li:nth-child(%d)", n) }
	p.wait(shown + `.includes("fox")`)

	p.fill(message(1)+" textarea", "Be brief.")
	p.fill(message(2)+" textarea", "Hello! <|im_end|>")
	first := []*chat.Object{chat.NewMessage("system", "Be brief."), chat.NewMessage("user", "Hello! <|im_end|>")}
	waitValue(p, shown, prompt(true, first...))
	p.waitText("#tok-chat-guarded", "1") // what the user spells stays text
	p.click("#tok-chat-generation")
	waitValue(p, shown, prompt(false, first...))
	p.click("#tok-chat-add")
	p.pick(message(3)+" select", "assistant")
	p.fill(message(3)+" textarea", "Hi.")
	whole := prompt(false, append(first, chat.NewMessage("assistant", "Hi."))...)
	waitValue(p, shown, whole)

	p.click("#tok-tool-chat summary")
	p.fill("#tok-chat-extra", "{")
	p.waitText("#tok-chat-error", "Tools and other variables: ")
	p.fill("#tok-chat-extra", "[]")
	p.waitText("#tok-chat-error", "want a JSON object")
	p.fill("#tok-chat-extra", "")
	p.wait(`document.querySelector("#tok-chat-error").hidden`)

	p.click("#tok-chat-take")
	waitValue(p, `document.querySelector("#tok-text").value`, whole)
	p.waitTokens(whole)
}

func TestOwnTemplate(t *testing.T) {
	p := openTokens(t, story)
	p.tool("chat")
	const shown = `document.querySelector("#tok-chat-prompt").textContent`
	p.wait(shown + `.includes("fox")`)
	p.choose("#tok-chat-open", writeFile(t, "chat_template.jinja", []byte(`{% for m in messages %}[{{ m.role }}] {{ m.content }}
{% endfor %}`)))
	p.wait(shown + `.startsWith("[system] ")`)
	p.choose("#tok-chat-open", writeFile(t, "chat_template.jinja", []byte("{% for %}")))
	p.wait(`!document.querySelector("#tok-chat-error").hidden`)
}

func TestSharedLink(t *testing.T) {
	p := openTokens(t, story)
	p.allowClipboard()
	p.click("#tok-add-special")
	p.pick("#tok-special-text", "plain")
	p.click("#tok-marks")
	p.fill("#tok-context", "77")
	text := story + "<|endoftext|>"
	p.fill("#tok-text", text)
	o := asShown
	o.AddSpecial, o.Special = false, tokenize.PlainSpecial
	want := encode(t, native(t), text, o).IDs
	p.waitIDs(want)
	p.tool("share")
	p.click("#tok-link")
	p.wait(`document.querySelector("#notices").childElementCount > 0`)
	place, ok := strings.CutPrefix(p.copied(), world.origin+"/")
	if !ok || !strings.Contains(place, "s=") {
		t.Fatalf("the link %q does not lead here", p.copied())
	}
	q := open(t, place)
	q.waitIDs(want)
	waitValue(q, `document.querySelector("#tok-text").value`, text)
	waitValue(q, `document.querySelector("#tok-context").value`, "77")
	q.wait(`!document.querySelector("#tok-add-special").checked && document.querySelector("#tok-marks").checked`)

	p.fill("#tok-text", fmt.Sprintf("%x", digests(2000)))
	p.wait(`document.querySelector("#engine-state").textContent === "ready"`)
	p.click("#tok-link")
	p.wait(`document.querySelector("#notices .warn")`)

	damaged := open(t, "#tokens&s=AAAA")
	damaged.wait(`document.querySelector("#notices").innerText !== ""`)
	damaged.wait(shownIDs + ` !== "[]"`) // it works all the same
}

// digests returns so many SHA-256 sums, which no compression makes shorter.
func digests(n int) []byte {
	var b []byte
	for i := range n {
		h := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		b = append(b, h[:]...)
	}
	return b
}

// runGo returns what a program prints where the sample model is.
func runGo(t *testing.T, code string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, writeFile(t, "main.go", []byte(code)))
	build.Dir = ".." // whose module has what the program imports
	run := exec.CommandContext(t.Context(), program)
	run.Dir = sampleDirectory(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, code)
	}
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, code)
	}
	return string(out)
}

func TestCopying(t *testing.T) {
	p := openTokens(t, story)
	p.allowClipboard()
	p.tool("share")
	e := encode(t, native(t), story, asShown)
	spelled := func(separator string) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(e.IDs), " ", separator), "[]")
	}
	plain := func(code string) string {
		return strings.NewReplacer("\n", " ", "\t", "", "//", "", "    ", " ").Replace(code)
	}
	for _, c := range []struct {
		language string
		check    func(code string) error
	}{
		{"json", func(code string) error {
			var got struct {
				Text   string
				Tokens []struct {
					ID         uint32
					Start, End int
				}
			}
			if err := json.Unmarshal([]byte(code), &got); err != nil {
				return err
			}
			ids := make([]uint32, len(got.Tokens))
			for i, token := range got.Tokens {
				ids[i] = token.ID
			}
			if got.Text != story || !slices.Equal(ids, e.IDs) {
				return fmt.Errorf("text %q, ids %v, want %v", got.Text, ids, e.IDs)
			}
			return nil
		}},
		{"go", func(code string) error {
			if !strings.Contains(strings.Join(strings.Fields(plain(code)), " "), spelled(" ")) {
				return fmt.Errorf("the ids are not in it")
			}
			if printed := runGo(p.t, code); printed != fmt.Sprintln(e.IDs) {
				return fmt.Errorf("it prints %s", printed)
			}
			return nil
		}},
		{"python", func(code string) error {
			if !strings.Contains(strings.Join(strings.Fields(plain(code)), " "), spelled(", ")) {
				return fmt.Errorf("the ids are not in it")
			}
			return nil
		}},
	} {
		p.step(c.language, func() {
			p.click(`#tok-code-language input[value="` + c.language + `"]`)
			p.click("#tok-code-copy")
			p.wait(`document.querySelector("#notices").childElementCount > 0`)
			code := p.copied()
			waitValue(p, `document.querySelector("#tok-code").textContent`, code)
			if err := c.check(code); err != nil {
				p.t.Errorf("%v:\n%s", err, code)
			}
		})
	}
}
