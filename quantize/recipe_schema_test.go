package quantize

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A schema is one of llama.cpp's snapshots of type selection: what each recipe,
// without an importance matrix, does with the tensors of a model.
type schema struct {
	model    Model
	width    map[string]int64 // row lengths that the hyper-parameters give
	sections []schemaSection
}

type schemaSection struct {
	fileType string
	main     string
	others   map[string]string // type by tensor, where it differs from main
}

// TestTypeSelection holds each recipe against the snapshots, tensor by tensor.
func TestTypeSelection(t *testing.T) {
	dir := sharedPath(t, "golden/type-selection")
	files, err := filepath.Glob(filepath.Join(dir, "*.schema"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d snapshots in %s, error %v", len(files), dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".schema"), func(t *testing.T) {
			s := readSchema(t, file)
			tensors := s.tensors(t)
			if len(s.sections) != 33 {
				t.Errorf("%d sections, want 33", len(s.sections))
			}
			// Q1_0 and Q2_0 are younger than the snapshots.
			checked := map[string]bool{"Q1_0": true, "Q2_0": true}
			for _, section := range s.sections {
				checked[section.fileType] = true
				t.Run(section.fileType, func(t *testing.T) { section.check(t, s.model, tensors) })
			}
			for _, ft := range FileTypes() {
				if !checked[ft.String()] {
					t.Errorf("no section for %v", ft)
				}
			}
		})
	}
}

func (section schemaSection) check(t *testing.T, m Model, tensors []TensorShape) {
	ft, err := ParseFileType(section.fileType)
	if err != nil {
		t.Fatal(err)
	}
	if ft.String() != section.fileType || ft.Default().String() != section.main {
		t.Errorf("%v with default %v, want %s with %s", ft, ft.Default(), section.fileType, section.main)
	}
	choices, err := ft.selectTypes(m, tensors, RecipeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i, c := range choices {
		want, listed := section.others[tensors[i].Name]
		if listed {
			found++
		} else {
			want = section.main
		}
		if !c.Quantize || c.Type.String() != want {
			t.Errorf("%s: %v, want %s", tensors[i].Name, c, want)
		}
	}
	if found != len(section.others) {
		t.Errorf("%d of %d listed tensors found", found, len(section.others))
	}
	public, err := ft.Choose(m, tensors, RecipeOptions{})
	if err != nil && !errors.Is(err, ErrImportance) {
		t.Error(err)
	}
	if err == nil && !slices.Equal(public, choices) {
		t.Error("Choose differs from what the rules say")
	}
}

func readSchema(t *testing.T, file string) *schema {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &schema{}
	number := func(line, key string) int64 {
		m := regexp.MustCompile(`\b` + key + `=(\d+)`).FindStringSubmatch(line)
		if m == nil {
			return 0
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "# Model: "):
			name := strings.TrimPrefix(line, "# Model: ")
			arch, headDim := "", int64(128)
			switch {
			case strings.HasPrefix(name, "Meta-Llama"):
				arch = "llama"
			case strings.HasPrefix(name, "Qwen3"):
				arch = "qwen3"
			case strings.HasPrefix(name, "gpt-oss"):
				arch, headDim = "gpt-oss", 64
			default:
				t.Fatalf("the row lengths of %s are not known", name)
			}
			s.model.Architecture = arch
			s.width = map[string]int64{"head": headDim}
		case strings.HasPrefix(line, "# n_embd"):
			s.model.BlockCount = int(number(line, "n_layer"))
			s.model.HeadCount = int(number(line, "n_head"))
			s.model.HeadCountKV = int(number(line, "n_head_kv"))
			s.model.ExpertCount = int(number(line, "n_expert"))
			s.width["embedding"] = number(line, "n_embd")
			s.width["feedForward"] = number(line, "n_ff")
		case strings.HasPrefix(line, "["):
			name, main, _ := strings.Cut(line[1:], "] ")
			s.sections = append(s.sections, schemaSection{name, main, map[string]string{}})
		case line != "":
			name, typ, _ := strings.Cut(line, " ")
			s.sections[len(s.sections)-1].others[name] = typ
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// tensors builds the list that the snapshots leave implicit: every tensor that
// some section names and, of a mixture of experts, the experts of every layer.
func (s *schema) tensors(t *testing.T) []TensorShape {
	names := map[string]bool{}
	for _, section := range s.sections {
		for name := range section.others {
			names[name] = true
		}
	}
	if s.model.ExpertCount > 0 {
		for layer := range s.model.BlockCount {
			for _, part := range []string{"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"} {
				names["blk."+strconv.Itoa(layer)+"."+part+".weight"] = true
			}
		}
	}
	var tensors []TensorShape
	for name := range names {
		dims := []int64{s.width["embedding"], 64}
		switch roleOf(name) {
		case roleAttnOutput:
			dims[0] = int64(s.model.HeadCount) * s.width["head"]
		case roleDown:
			dims[0] = s.width["feedForward"]
		}
		if strings.Contains(name, "_exps.") {
			dims = append(dims, int64(s.model.ExpertCount))
		}
		tensors = append(tensors, TensorShape{name, dims})
	}
	// In an order of names that is not the rules' own: the result must not
	// depend on it.
	slices.SortFunc(tensors, func(a, b TensorShape) int { return strings.Compare(b.Name, a.Name) })
	return tensors
}
