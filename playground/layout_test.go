package playground

import (
	"bytes"
	"context"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

// elements returns the elements of the page's body as it is rendered.
func elements(t *testing.T) []xml.StartElement {
	t.Helper()
	var body bytes.Buffer
	if err := layout(newPage("nibble", true)).Render(context.Background(), &body); err != nil {
		t.Fatal(err)
	}
	var all []xml.StartElement
	eachElement(t, body.String(), func(e xml.StartElement) { all = append(all, e.Copy()) })
	return all
}

// attribute returns the value of an attribute, and whether the element has it.
func attribute(e xml.StartElement, name string) (string, bool) {
	i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return "", false
	}
	return e.Attr[i].Value, true
}

// The content security policy would stop a script or a style of the document itself, so there is none.
func TestLayoutHasNothingInline(t *testing.T) {
	for _, e := range elements(t) {
		if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "base"}, e.Name.Local) {
			t.Errorf("an element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			if name := a.Name.Local; name == "style" || strings.HasPrefix(name, "on") {
				t.Errorf("%s has %s=%q", e.Name.Local, name, a.Value)
			}
			if strings.Contains(a.Value, "://") || strings.HasPrefix(a.Value, "/") {
				t.Errorf("%s leads away with %s=%q", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
}

func TestLayoutRefersToItself(t *testing.T) {
	ids := make(map[string]bool)
	for _, e := range elements(t) {
		if id, ok := attribute(e, "id"); ok {
			if ids[id] {
				t.Errorf("two elements have id %q", id)
			}
			ids[id] = true
		}
	}
	references := 0
	for _, e := range elements(t) {
		for _, name := range []string{"for", "aria-controls", "aria-labelledby", "aria-describedby"} {
			value, _ := attribute(e, name)
			for _, id := range strings.Fields(value) {
				references++
				if !ids[id] {
					t.Errorf("%s=%q of %s refers to nothing", name, id, e.Name.Local)
				}
			}
		}
	}
	if references < 30 {
		t.Errorf("only %d references", references)
	}
}

// In a list of tabs one is chosen, which the Tab key leads to, and its panel is the one that is seen.
func TestLayoutTabs(t *testing.T) {
	all := elements(t)
	hidden := make(map[string]bool)
	for _, e := range all {
		if id, ok := attribute(e, "id"); ok {
			_, hidden[id] = attribute(e, "hidden")
		}
	}
	chosen, others := 0, 0
	for _, e := range all {
		if role, _ := attribute(e, "role"); role != "tab" {
			continue
		}
		selected, _ := attribute(e, "aria-selected")
		_, outside := attribute(e, "tabindex")
		panel, _ := attribute(e, "aria-controls")
		if on := selected == "true"; on == outside || on == hidden[panel] {
			t.Errorf("tab of %s: selected %s, outside of the order %t, panel hidden %t", panel, selected, outside, hidden[panel])
		} else if on {
			chosen++
		} else {
			others++
		}
	}
	if want := 1 + len(tools()) - 1; chosen < 2 || others < want {
		t.Errorf("%d chosen tabs and %d others, want at least 2 and %d", chosen, others, want)
	}
}

// Whatever a person can press or fill in has a name that is read aloud.
func TestLayoutNamesItsControls(t *testing.T) {
	var body bytes.Buffer
	if err := tokensRoom(newPage("nibble", true)).Render(context.Background(), &body); err != nil {
		t.Fatal(err)
	}
	markup := body.String()
	eachElement(t, markup, func(e xml.StartElement) {
		if !slices.Contains([]string{"input", "select", "textarea"}, e.Name.Local) {
			return
		}
		_, named := attribute(e, "aria-label")
		_, referred := attribute(e, "aria-labelledby")
		id, _ := attribute(e, "id")
		if at := strings.Index(markup, `id="`+id+`"`); !named && !referred && id != "" {
			before := markup[:at]
			if strings.LastIndex(before, "<label") <= strings.LastIndex(before, "</label>") {
				t.Errorf("%s #%s has no name", e.Name.Local, id)
			}
		}
	})
}

func TestTokensRoomOffersEncodings(t *testing.T) {
	var body bytes.Buffer
	if err := tokensRoom(newPage("nibble", true)).Render(context.Background(), &body); err != nil {
		t.Fatal(err)
	}
	for _, name := range tokenize.Encodings() {
		if !strings.Contains(body.String(), "<option>"+name+"</option>") {
			t.Errorf("encoding %s is not offered", name)
		}
	}
}

func TestIconsAreThere(t *testing.T) {
	for _, th := range themes {
		if icons[th.icon] == "" {
			t.Errorf("theme %q has no icon %q", th.value, th.icon)
		}
	}
	for _, e := range elements(t) {
		if d, ok := attribute(e, "d"); ok && d == "" {
			t.Error("an icon without a path")
		}
	}
}
