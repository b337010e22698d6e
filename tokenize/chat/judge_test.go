package chat_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/chat"
)

var judgeTemplates = flag.Int("judge.templates", 500, "templates that Python's jinja2 judges")

// judgeVariables are what the templates are made of: every type, texts that
// need escaping, numbers at the edges.
const judgeVariables = `{
	"s": "Hello World", "t": " padded\n", "u": "é日本 ß", "h": "<a href=\"x\">&'", "e": "", "n": 7, "z": 0, "neg": -3,
	"big": 123456789012345678901234567890, "f": 2.5, "tiny": 1e-7, "huge": 1e22, "yes": true, "no": false, "nil": null,
	"l": [3, 1, 2, 1], "ls": ["b", "a", "C", ""], "empty": [], "d": {"b": 1, "a": "x", "k": [1, {"q": null}]},
	"ld": [{"v": 2, "n": "x"}, {"v": 1, "n": "y"}, {"v": 2, "n": "z"}],
	"msgs": [
		{"role": "user", "content": "Hi"},
		{"role": "assistant", "content": "<b>", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1, "y": "\"é\""}}}]},
		{"role": "tool", "content": [{"type": "text", "text": "part"}]}
	]
}`

// TestJudge lets Python's jinja2, in the environment of transformers, judge
// generated templates: both give the same text, or both refuse.
func TestJudge(t *testing.T) {
	python := judgePython(t)
	templates := make([]string, *judgeTemplates)
	var input bytes.Buffer
	input.WriteString(strings.ReplaceAll(judgeVariables, "\n", " ") + "\n")
	generator := rapid.Custom(drawTemplate)
	for i := range templates {
		templates[i] = generator.Example(i)
		line, err := json.Marshal(templates[i])
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	cmd := exec.Command(python, "testdata/judge.py")
	cmd.Stdin = &input
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	variables, err := jsonread.ParseObject([]byte(judgeVariables), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rendered, refused, unsupported, different := 0, 0, 0, 0
	answers := bufio.NewScanner(bytes.NewReader(output))
	answers.Buffer(nil, 1<<30)
	for _, source := range templates {
		if !answers.Scan() {
			t.Fatal("the judge gave too few answers")
		}
		var want struct{ Text, Error, Skip *string }
		if err := json.Unmarshal(answers.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		got, err := renderJudged(source, variables)
		switch {
		case want.Skip != nil || isBeyondLimits(err) || want.Text != nil && isConstantSlice(err):
			continue
		case isUnsupported(err):
			unsupported++
			continue
		case err == nil && want.Text != nil && got == *want.Text:
			rendered++
			continue
		case err != nil && want.Error != nil:
			refused++
			continue
		}
		if different++; different > 20 {
			continue
		}
		switch {
		case want.Error != nil:
			t.Errorf("template %q\ngot  %q\nwant %s", source, got, *want.Error)
		case err != nil:
			t.Errorf("template %q\ngot  %v\nwant %q", source, err, *want.Text)
		default:
			t.Errorf("template %q\ngot  %q\nwant %q", source, got, *want.Text)
		}
	}
	t.Logf("%d rendered alike, %d refused alike, %d not supported, %d different", rendered, refused, unsupported, different)
	if rendered < len(templates)/5 || unsupported > len(templates)/50 {
		t.Error("the templates are not worth judging")
	}
}

// isConstantSlice reports an error that Python does not raise where the value is
// a constant: its optimizer looks up slices of constants as if they were keys,
// so that None[1:] prints nothing, where x[1:] of an x that is None raises
// (RATIONALE.md).
func isConstantSlice(err error) bool {
	return errors.Is(err, chat.ErrType) && (strings.Contains(err.Error(), "is not subscriptable") || strings.Contains(err.Error(), "unhashable type: 'slice'"))
}

// judgePython returns a Python that has jinja2.
func judgePython(t *testing.T) string {
	t.Helper()
	for _, python := range []string{os.Getenv("NIBBLE_PYTHON"), "python3"} {
		if python != "" && exec.Command(python, "-c", "import jinja2; assert jinja2.__version__ == '3.1.2'").Run() == nil {
			return python
		}
	}
	t.Skip("neither NIBBLE_PYTHON nor python3 is a python with jinja2 3.1.2; later ones forbid more")
	return ""
}

func renderJudged(source string, variables *chat.Object) (string, error) {
	template, err := chat.Parse("judged", source, nil, chat.Options{})
	if err != nil {
		return "", err
	}
	now := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	// Messages are a variable like the others here: the template is to find them under no other name.
	prompt, err := template.Render(context.Background(), chat.Input{Extra: variables, Now: now})
	return prompt.String(), err
}
