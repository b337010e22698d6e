package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

const (
	keyChatTemplate  = "tokenizer.chat_template"
	keyChatTemplates = "tokenizer.chat_templates"
)

// additionalTemplates is the folder of the templates that stand beside
// chat_template.jinja, one file each.
const additionalTemplates = "additional_chat_templates"

// findChatTemplate returns the chat template of a model directory: a string, a
// list of objects with name and template, or nil. tokenizer_config.json wins,
// also with a null; then chat_template.jinja with its additional templates;
// then chat_template.json.
func findChatTemplate(dir *directory, tokenizerConfig *jsonread.Object) (jsonread.Value, error) {
	if v, ok := tokenizerConfig.Get("chat_template"); ok {
		return v, nil
	}
	main, err := readText(dir, "chat_template.jinja")
	if errors.Is(err, fs.ErrNotExist) {
		o, err := readObject(dir, "chat_template.json")
		if err != nil {
			return nil, err
		}
		v, _ := o.Get("chat_template")
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	others, err := dir.Glob(additionalTemplates + "/*.jinja")
	if err != nil || len(others) == 0 {
		return main, err
	}
	// The reference takes the additional templates in the order of the file
	// system; here they are sorted.
	list := jsonread.Array{namedTemplate("default", main)}
	slices.Sort(others)
	for _, other := range others {
		base := path.Base(other)
		text, err := readText(dir, additionalTemplates+"/"+base)
		if err != nil {
			return nil, err
		}
		list = append(list, namedTemplate(strings.TrimSuffix(base, ".jinja"), text))
	}
	return list, nil
}

func namedTemplate(name, text string) *jsonread.Object {
	o := &jsonread.Object{}
	o.Set("name", name)
	o.Set("template", text)
	return o
}

// writeChatTemplate adds the keys of a chat template. In a list, the template
// named default becomes the plain key, and each other has a key of its own
// beside the list of their names. The reference writes these names in random
// order; here they are sorted. A value that is neither string nor list is
// passed over.
func writeChatTemplate(meta *gguf.Metadata, template jsonread.Value) error {
	switch template := template.(type) {
	case string:
		setText(meta, keyChatTemplate, template)
	case jsonread.Array:
		var main string
		var names []string
		for i, v := range template {
			o, ok := v.(*jsonread.Object)
			if !ok {
				return fmt.Errorf("entry %d is not an object: %w", i, ErrFormat)
			}
			text, ok := o.String("template")
			name, _ := o.String("name")
			name = templateName(name)
			switch {
			case !ok || name == "":
			case name == "default":
				main = text
			default:
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
				setText(meta, keyChatTemplate+"."+name, text)
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			meta.Set(keyChatTemplates, gguf.Strings(names))
		}
		setText(meta, keyChatTemplate, main)
	}
	return nil
}

// templateName makes a name fit for a key: ASCII letters and digits stay,
// anything else becomes an underscore.
func templateName(name string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, name)
}

// setText sets a string that is not empty; the format's writer leaves out the
// others.
func setText(meta *gguf.Metadata, key, text string) {
	if text != "" {
		meta.Set(key, gguf.String(text))
	}
}
