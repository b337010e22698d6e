package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const modelCardFile = "README.md"

// A modelCard is the front matter of README.md: YAML 1.1, of which the
// reference asks for strings and lists of strings. What a plain scalar is
// (a string, or something else that only looks like one) is decided here by
// the rules of PyYAML, since yaml.v3 has those of YAML 1.2: "no" is a string
// there, and a boolean in a model card.
type modelCard map[string]*yaml.Node

// readModelCard returns the model card of a directory, empty where there is
// none.
func readModelCard(dir *directory) (modelCard, error) {
	data, err := dir.readFile(modelCardFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	card, err := parseModelCard(string(data))
	if err != nil {
		return nil, fmt.Errorf("%s: front matter: %w: %w", filepath.Join(dir.path, modelCardFile), ErrFormat, err)
	}
	return card, nil
}

func parseModelCard(text string) (modelCard, error) {
	front, ok := frontMatter(text)
	if !ok {
		return nil, nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(front), &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	return fields(document.Content[0]), nil
}

// lineBreaks are all that Python's splitlines takes for the end of a line.
var lineBreaks = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\x1c", "\n", "\x1d", "\n", "\x1e", "\n",
	"\u0085", "\n", "\u2028", "\n", "\u2029", "\n",
)

// frontMatter returns what stands between the first line, "---", and the next
// of the kind, mended as the reference does: a list's "- no" is Norwegian, and
// a tab is two spaces.
func frontMatter(text string) (string, bool) {
	lines := strings.Split(lineBreaks.Replace(text), "\n")
	if lines[0] != "---" {
		return "", false
	}
	lines = lines[1:]
	for i, line := range lines {
		if line == "---" {
			lines = lines[:i]
			break
		}
	}
	front := strings.Join(lines, "\n") + "\n"
	front = strings.ReplaceAll(front, "- no\n", "- \"no\"\n")
	return strings.ReplaceAll(front, "\t", "  "), true
}

// fields returns the members of a mapping. Of a key that appears twice, the
// last counts.
func fields(mapping *yaml.Node) modelCard {
	card := modelCard{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		card[mapping.Content[i].Value] = resolved(mapping.Content[i+1])
	}
	return card
}

// resolved follows an alias to its anchor.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// has reports whether the card has a key, be it null.
func (c modelCard) has(key string) bool { return c[key] != nil }

// text returns a scalar as it stands. Null and false are no text; a number,
// which the reference cannot write, is taken for its digits.
func (c modelCard) text(key string) (string, bool) {
	node := c[key]
	if node == nil || node.Kind != yaml.ScalarNode {
		return "", false
	}
	switch scalarKind(node) {
	case yamlNull, yamlFalse:
		return "", false
	}
	return node.Value, true
}

// texts returns a string, or the elements of a list. Any other scalar is none.
func (c modelCard) texts(key string) []string {
	node := c[key]
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.ScalarNode && scalarKind(node) == yamlString:
		return []string{node.Value}
	case node.Kind != yaml.SequenceNode:
		return nil
	}
	var list []string
	for _, element := range node.Content {
		if element = resolved(element); element.Kind == yaml.ScalarNode && scalarKind(element) != yamlNull {
			list = append(list, element.Value)
		}
	}
	return list
}

// nodes returns a scalar string, or the elements of a list, as they are.
func (c modelCard) nodes(key string) []*yaml.Node {
	node := c[key]
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.ScalarNode && scalarKind(node) == yamlString:
		return []*yaml.Node{node}
	case node.Kind != yaml.SequenceNode:
		return nil
	}
	list := make([]*yaml.Node, len(node.Content))
	for i, element := range node.Content {
		list[i] = resolved(element)
	}
	return list
}

// The kinds of a scalar, as far as they matter here.
type yamlKind int

const (
	yamlString yamlKind = iota
	yamlNull
	yamlFalse
	yamlOther // true, a number, a date
)

// PyYAML's resolvers, each for scalars without quotes.
var (
	yamlNullText  = regexp.MustCompile(`^(?:~|null|Null|NULL|)$`)
	yamlFalseText = regexp.MustCompile(`^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$`)
	yamlOtherText = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`yes|Yes|YES|true|True|TRUE|on|On|ON`,
		// integers
		`[-+]?0b[0-1_]+`, `[-+]?0[0-7_]+`, `[-+]?(?:0|[1-9][0-9_]*)`, `[-+]?0x[0-9a-fA-F_]+`, `[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+`,
		// floats
		`[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?`, `\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
		`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*`, `[-+]?\.(?:inf|Inf|INF)`, `\.(?:nan|NaN|NAN)`,
		// timestamps
		`[0-9]{4}-[0-9]{2}-[0-9]{2}`,
		`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?`,
	}, "|") + `)$`)
)

// scalarKind resolves a scalar.
func scalarKind(node *yaml.Node) yamlKind {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch {
	case node.Style&quoted != 0 || node.Style&yaml.TaggedStyle != 0 && node.Tag == "!!str":
		return yamlString
	case yamlNullText.MatchString(node.Value):
		return yamlNull
	case yamlFalseText.MatchString(node.Value):
		return yamlFalse
	case yamlOtherText.MatchString(node.Value):
		return yamlOther
	}
	return yamlString
}
