package normalize_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"iter"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

var judgeTexts = flag.Int("judge.texts", 1000, "texts for each normalizer that the judges in Python judge")

// TestJudge compares random texts with what tokenizers 0.22.2 makes of them.
func TestJudge(t *testing.T) {
	j := startJudge(t, "tokenizers", "0.22.2", "judge_normalizers.py")
	for _, settings := range append(judged(t), judgedModels(t)...) {
		n := newNormalizer(t, settings)
		t.Run(name(settings), func(t *testing.T) {
			compared := 0
			for batch := range judgeBatches(1) {
				for i, want := range j.ask(t, settings, batch) {
					if want == nil {
						continue // the judge panicked
					}
					compared++
					compare(t, n, batch[i], *want)
				}
				if t.Failed() {
					return
				}
			}
			if compared < *judgeTexts*9/10 {
				t.Errorf("only %d of %d texts were compared", compared, *judgeTexts)
			}
		})
	}
}

// judgeBatches yields random texts by the hundred.
func judgeBatches(seed uint64) iter.Seq[[]string] {
	texts, marks := textgen.New(seed, textgen.Valid), newMarkGenerator(seed)
	return func(yield func([]string) bool) {
		for left := *judgeTexts; left > 0; {
			batch := make([]string, min(left, 100))
			for i := range batch {
				if i%2 == 0 {
					batch[i] = marks.text()
				} else {
					batch[i] = texts.Text()
				}
			}
			left -= len(batch)
			if !yield(batch) {
				return
			}
		}
	}
}

// judgedModels are settings with the charsmap of a model, if that is there.
func judgedModels(t *testing.T) []string {
	t.Helper()
	charsmap, ok := modelCharsmap(t)
	if !ok {
		return nil
	}
	precompiled := `{"type":"Precompiled","precompiled_charsmap":"` + base64.StdEncoding.EncodeToString(charsmap) + `"}`
	return []string{precompiled, `{"type":"Sequence","normalizers":[` +
		`{"type":"Replace","pattern":{"String":"` + "``" + `"},"content":"\""},{"type":"NFKD"},{"type":"StripAccents"},` +
		precompiled + `,{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]}`}
}

// judge is a process of a script in internal/tools/hfprobe.
type judge struct {
	in  *json.Encoder
	out *bufio.Reader
}

func startJudge(t *testing.T, module, version, script string) *judge {
	t.Helper()
	python := os.Getenv("NIBBLE_PYTHON")
	check := "import " + module + "; assert " + module + ".__version__ == '" + version + "'"
	if python == "" || exec.Command(python, "-c", check).Run() != nil {
		t.Skipf("NIBBLE_PYTHON names no python with PyPI's %s %s installed", module, version)
	}
	cmd := exec.Command(python, "../../../internal/tools/hfprobe/"+script)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &judge{json.NewEncoder(in), bufio.NewReader(out)}
}

func (j *judge) ask(t *testing.T, settings string, texts []string) []*answer {
	t.Helper()
	request := []any{json.RawMessage(settings)}
	for _, s := range texts {
		request = append(request, s)
	}
	if err := j.in.Encode(request); err != nil {
		t.Fatal(err)
	}
	line, err := j.out.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	var answers []*answer
	if err := json.Unmarshal(line, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// An answer of the judge: a normalized text, and where each of its characters
// comes from, start and end, in characters of the original.
type answer struct {
	text  string
	spans []int
}

func (a *answer) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&a.text, &a.spans})
}

// compare fails the test if n does not make the same of s.
func compare(t *testing.T, n normalize.Normalizer, s string, want answer) {
	t.Helper()
	tracked, err := n.Normalize(text.New(s, 0))
	if err != nil {
		t.Errorf("%+q: %v", s, err)
		return
	}
	if tracked.String() != want.text {
		t.Errorf("%+q:\n got %+q\nwant %+q", s, tracked.String(), want.text)
		return
	}
	// number[i] is that of the character at i.
	number := make([]int, len(s)+1)
	for i := range s {
		number[i] = number[len(s)]
		number[len(s)]++
	}
	var got []int
	out := tracked.String()
	for i, r := range out {
		span := tracked.Original(i, i+len(string(r)))
		got = append(got, number[span.Start], number[span.End])
	}
	if !slices.Equal(got, want.spans) {
		t.Errorf("%+q -> %+q:\n got %v\nwant %v", s, out, got, want.spans)
	}
	untracked, err := n.Normalize(text.Untracked(s, 0))
	if err != nil || untracked.String() != out {
		t.Errorf("%+q untracked: %+q, %v\nwant %+q", s, untracked.String(), err, out)
	}
	if n.IsIdentity(s) && out != s {
		t.Errorf("IsIdentity(%+q), but %+q", s, out)
	}
}

// name returns a name for a test of these settings.
func name(settings string) string {
	if len(settings) > 120 {
		settings = settings[:120]
	}
	return strings.NewReplacer(`"`, "", " ", "").Replace(settings)
}
