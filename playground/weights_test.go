package playground

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

// The room's markup has nothing that the content security policy forbids, and whatever refers to an element refers to
// one that is there.
func TestWeightsRoom(t *testing.T) {
	var page bytes.Buffer
	if err := weightsRoom(newPage("nibble", true)).Render(context.Background(), &page); err != nil {
		t.Fatal(err)
	}
	ids, references := map[string]bool{}, map[string]string{}
	eachElement(t, page.String(), func(e xml.StartElement) {
		if e.Name.Local == "script" || e.Name.Local == "style" {
			t.Errorf("an element %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			switch name := a.Name.Local; {
			case name == "style", strings.HasPrefix(name, "on"), name == "href", name == "src":
				t.Errorf("%s has %s=%q", e.Name.Local, name, a.Value)
			case name == "id":
				if ids[a.Value] {
					t.Errorf("two elements have id %q", a.Value)
				}
				ids[a.Value] = true
			case name == "for", name == "aria-controls", name == "aria-labelledby", name == "aria-describedby":
				references[a.Value] = name
			}
		}
	})
	if len(ids) == 0 || len(references) == 0 {
		t.Errorf("%d ids and %d references", len(ids), len(references))
	}
	for id, name := range references {
		if !ids[id] {
			t.Errorf("%s=%q refers to nothing", name, id)
		}
	}
}

// eachElement calls each for the elements of a fragment of a page, which must be well formed.
func eachElement(t *testing.T, fragment string, each func(xml.StartElement)) {
	t.Helper()
	void := regexp.MustCompile(`<(meta|input|link|img|br)([^>]*[^/>])?>`)
	boolean := regexp.MustCompile(` (hidden|checked|selected|disabled|multiple|novalidate|webkitdirectory|data-[a-z-]+)([ >/])`)
	for boolean.MatchString(fragment) {
		fragment = boolean.ReplaceAllString(fragment, ` $1=""$2`)
	}
	dec := xml.NewDecoder(strings.NewReader("<page>" + void.ReplaceAllString(fragment, "<$1$2/>") + "</page>"))
	dec.Strict = true
	dec.Entity = xml.HTMLEntity
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			each(e)
		}
	}
}
