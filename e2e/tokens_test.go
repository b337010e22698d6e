package e2e

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/nibble-go/nibble/tokenize"
)

const story = "Once upon a time there was a fox 🦊 named Mira.\nNaïve? \"No!\""

// shownIDs are the ids that a view shows. Only those in sight are in the document.
const shownIDs = `JSON.stringify([...document.querySelectorAll("#tok-ids .token")].map((e) => Number(e.textContent)))`

// waitIDs waits until the page shows ids.
func (p *page) waitIDs(want []uint32) {
	p.t.Helper()
	waitValue(p, shownIDs, quote(want))
}

// waitTokens waits until the page shows what native code makes of a text.
func (p *page) waitTokens(text string) *tokenize.Encoding {
	p.t.Helper()
	e := encode(p.t, native(p.t), text, asShown)
	p.waitIDs(e.IDs)
	return e
}

// openTokens opens the Tokens room with a text.
func openTokens(t *testing.T, text string) *page {
	t.Helper()
	p := open(t, "")
	p.wait(`document.querySelector("#tok-veil").hidden`)
	p.fill("#tok-text", text)
	p.waitTokens(text)
	return p
}

func TestTyping(t *testing.T) {
	p := open(t, "")
	p.wait(`document.querySelector("#tok-veil").hidden`) // the first text is there from the start
	p.click("#tok-clear")
	p.waitIDs([]uint32{})
	p.press("Once upon a time, there was")
	p.waitTokens("Once upon a time, there was")
	p.press(strings.Repeat(kb.Backspace, 11) + "\nA fox")
	p.waitTokens("Once upon a time\nA fox")
}

func TestPasting(t *testing.T) {
	p := openTokens(t, "x")
	p.allowClipboard()
	eval[bool](p, "navigator.clipboard.writeText("+quote(story)+").then(() => true)")
	p.do(focus("#tok-text"))
	p.command("selectAll")
	p.command("paste")
	p.waitTokens(story)
}

func TestTextFiles(t *testing.T) {
	tok := native(t)
	line := "One day Mira found a shiny button. \"What is it for?\" she asked the owl.\n"
	large := strings.Repeat(line, 4<<20/len(line))
	p := openTokens(t, "x")

	p.step("chosen", func() {
		p.choose("#tok-text-file", writeFile(t, "large.txt", []byte(large)))
		n, err := tok.Count(large, asShown)
		if err != nil {
			t.Fatal(err)
		}
		waitValue(p, `document.querySelector("#tok-count-tokens").textContent`, grouped(n))
		waitValue(p, `document.querySelector("#tok-count-bytes").textContent`, grouped(len(large)))
		p.wait(`!document.querySelector("#tok-parts").hidden`) // the text area has a part of it
	})
	p.step("dropped", func() {
		p.drop("#tok-input", writeFile(t, "small.txt", []byte(story)))
		p.waitTokens(story)
	})
	p.step("too large", func() {
		path := writeFile(t, "huge.txt", nil)
		if err := os.Truncate(path, 33<<20); err != nil {
			t.Fatal(err)
		}
		p.choose("#tok-text-file", path)
		p.waitText("#notices", "huge.txt")
		p.waitTokens(story)
	})
}

// grouped is a number as the page writes it: 1,234,567.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

func TestCounts(t *testing.T) {
	p := openTokens(t, story)
	e := encode(t, native(t), story, asShown)
	for name, want := range map[string]string{
		"tokens":     grouped(e.Len()),
		"characters": grouped(utf8.RuneCountInString(story)),
		"bytes":      grouped(len(story)),
		"ratio":      fmt.Sprintf("%.2f", float64(len(story))/float64(e.Len())),
	} {
		waitValue(p, `document.querySelector("#tok-count-`+name+`").textContent`, want)
	}

	window := native(t).Info().ContextLength
	gauge := func(attribute string) string {
		return `document.querySelector("#tok-gauge").getAttribute("` + attribute + `")`
	}
	percent := func(n int) string { return fmt.Sprint(math.Round(100 * float64(e.Len()) / float64(n))) }
	waitValue(p, gauge("aria-valuenow"), percent(window))
	p.waitText("#tok-context-left", grouped(window-e.Len()))
	p.fill("#tok-context", "40")
	waitValue(p, gauge("aria-valuenow"), percent(40))
	p.waitText("#tok-context-left", fmt.Sprint(40-e.Len()))
	p.fill("#tok-context", "5")
	p.waitText("#tok-context-left", fmt.Sprint(e.Len()-5)) // too many
	waitValue(p, gauge("aria-valuenow"), "100")
}

// TestEdges: neighbours have other colours, and each token has an edge, for whoever cannot tell the colours apart.
func TestEdges(t *testing.T) {
	p := openTokens(t, story)
	for _, view := range []string{"#tok-view", "#tok-ids"} {
		styles := eval[[][]string](p, `[...document.querySelectorAll("`+view+` .token.opens")].map((e) => {
			const s = getComputedStyle(e);
			return [s.getPropertyValue("--hue"), s.borderLeftStyle, s.borderLeftWidth, s.borderLeftColor, s.backgroundColor];
		})`)
		if len(styles) < 10 {
			t.Fatalf("%s has only %d tokens", view, len(styles))
		}
		for i, s := range styles {
			if s[1] != "solid" || s[2] != "2px" || s[3] == s[4] {
				t.Errorf("%s: token %d has the edge %q", view, i, s[1:])
			}
			if i > 0 && s[0] == styles[i-1][0] {
				t.Errorf("%s: tokens %d and %d have the same colour", view, i-1, i)
			}
		}
	}
}

// TestOneToken looks at a token by pointer and by keyboard, in both views and in the text.
func TestOneToken(t *testing.T) {
	p := openTokens(t, story)
	e := encode(t, native(t), story, asShown)
	index := 4
	for e.Offsets[index].End > strings.Index(story, "🦊") {
		t.Fatal("the token is not in front of the first character that has several bytes")
	}
	span := e.Offsets[index]
	facts := []string{
		fmt.Sprint(e.IDs[index]),
		strings.TrimSpace(fmt.Sprintf("% x", story[span.Start:span.End])),
		fmt.Sprintf("%d–%d", span.Start, span.End),
	}
	selected := `(([a]) => a.selectionStart + "–" + a.selectionEnd)(document.querySelectorAll("#tok-text"))`

	p.step("hover", func() {
		for _, view := range []string{"#tok-view", "#tok-ids"} {
			p.hover(fmt.Sprintf("%s-%d", view, index))
			for _, fact := range facts {
				p.waitText("#tooltip", fact)
			}
			p.wait(fmt.Sprintf(`document.querySelector("#tok-view-%d.hot") && document.querySelector("#tok-ids-%d.hot")`, index, index))
			p.hover("#tok-name")
			p.wait(`document.querySelector("#tooltip").hidden`)
		}
	})
	p.step("click an id", func() {
		p.click(fmt.Sprintf("#tok-ids-%d", index))
		waitValue(p, selected, facts[2])
		for _, fact := range facts {
			p.waitText("#tok-inspector", fact)
		}
		p.wait(fmt.Sprintf(`document.querySelector("#tok-view-%d").classList.contains("current")`, index))
	})
	p.step("arrow keys", func() {
		for _, view := range []string{"#tok-view", "#tok-ids"} {
			p.click(view + "-0")
			p.press(strings.Repeat(kb.ArrowRight, index+1) + kb.ArrowLeft)
			waitValue(p, `document.querySelector("`+view+`").getAttribute("aria-activedescendant")`, fmt.Sprintf("%s-%d", view[1:], index))
			waitValue(p, selected, facts[2])
			for _, fact := range facts {
				p.waitText("#tooltip", fact)
			}
		}
	})
	p.step("to the text", func() {
		p.click(fmt.Sprintf("#tok-ids-%d", index))
		p.enter()
		waitValue(p, "document.activeElement.id", "tok-text")
		waitValue(p, selected, facts[2])
	})
	p.step("from the text", func() {
		p.do(focus("#tok-text"))
		p.command("moveToBeginningOfDocument")
		p.press(strings.Repeat(kb.ArrowRight, span.Start+1))
		waitValue(p, `document.querySelector("#tok-ids .current, #tok-ids .picked").textContent`, facts[0])
		x, y := p.corner("#tok-text")
		p.do(chromedp.MouseClickXY(x+20, y+20)) // in the first line
		p.wait(`document.querySelector("#tok-ids-0.current, #tok-ids-1.current")`)
		p.command("selectAll")
		p.wait(fmt.Sprintf(`document.querySelectorAll("#tok-ids .picked").length >= %d`, e.Len()-2)) // all but those of the template
	})
}

func TestWhitespace(t *testing.T) {
	const text = "a  b\t\n\u0007end"
	p := openTokens(t, text)
	glyphs := `[...document.querySelectorAll("#tok-view .unseen")].map((e) => e.textContent).join("")`
	p.wait(`!document.querySelector("#tok-view.marked")`)
	before := eval[string](p, glyphs)
	if strings.Contains(before, " ") || !strings.Contains(before, "\u0007") {
		t.Errorf("glyphs stand for %q before they are asked for", before)
	}
	p.click("#tok-marks")
	waitValue(p, glyphs, "  \t\n\u0007")
	p.click("#tok-marks")
	waitValue(p, glyphs, before)
}

// TestPartialCharacters: what is only a part of a character is shown as its bytes.
func TestPartialCharacters(t *testing.T) {
	const fox = "🦊"
	p := openTokens(t, fox)
	tok := native(t)
	var want []string
	for _, id := range encode(t, tok, fox, asShown).IDs {
		if b := tok.TokenBytes(id); !utf8.Valid(b) {
			want = append(want, fmt.Sprintf("% X", b))
		}
	}
	if len(want) < 2 {
		t.Fatal("the fox is not split")
	}
	waitValue(p, `JSON.stringify([...document.querySelectorAll("#tok-view .partial")].map((e) => e.textContent))`, quote(want))
}

func TestSpecialTokens(t *testing.T) {
	tok := native(t)
	added := tok.Info().Added
	p := openTokens(t, story)

	p.step("list", func() {
		waitValue(p, `document.querySelectorAll("#tok-special-table tbody tr").length`, len(added))
		for i, token := range added {
			row := fmt.Sprintf("#tok-special-table tbody tr:nth-child(%d)", i+1)
			p.waitText(row, fmt.Sprint(token.ID))
			p.waitText(row, token.Text)
			for _, role := range token.Roles {
				p.waitText(row, role)
			}
		}
		p.waitText("#tok-special-table tbody tr:first-child", "eos")
	})
	p.step("around the text", func() {
		o := asShown
		o.AddSpecial = false
		p.click("#tok-add-special")
		p.waitIDs(encode(t, tok, story, o).IDs)
		p.click("#tok-add-special")
		p.waitTokens(story)
	})
	p.step("in the text", func() {
		p.wait(`!document.querySelector("#tok-input-foot.warn")`)
		text := story + added[0].Text + "!"
		p.fill("#tok-text", text)
		for _, c := range []struct {
			choice  string
			special tokenize.SpecialText
		}{{"plain", tokenize.PlainSpecial}, {"parse", tokenize.ParseSpecial}, {"usual", tokenize.SpecialByFormat}} {
			o := asShown
			o.Special = c.special
			p.pick("#tok-special-text", c.choice)
			p.waitIDs(encode(t, tok, text, o).IDs)
			p.waitText("#tok-input-foot.warn", added[0].Text)
		}
	})
	p.step("inserted", func() {
		p.fill("#tok-text", "")
		p.click("#tok-special-table tbody tr:first-child button")
		p.waitTokens(added[0].Text)
	})
}
