package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// An architecture says how a model of some Hugging Face classes becomes a GGUF
// file. Everything is optional but name, classes, tensors and parameters.
type architecture struct {
	name    string   // general.architecture
	classes []string // the first of architectures in config.json

	// tensors maps names, after prefix is taken off.
	tensors nameTable
	prefix  string

	// keep renames a source tensor, or leaves it out.
	keep func(source string) (name string, ok bool)

	// shape transforms the values of a source tensor.
	shape func(m *model, source string, r rows) (rows, error)

	// experts names the parts that are stacked into one tensor for each layer.
	experts *expertNames

	// generate returns tensors that are computed rather than read. They come
	// before the others.
	generate func(m *model) ([]outTensor, error)

	// preface writes keys that stand right after general.architecture.
	preface func(m *model, k *keys)

	// parameters writes the keys of the architecture and general.file_type.
	parameters func(m *model, k *keys)

	// check refuses what is of this class and yet cannot be converted.
	check func(m *model) error
}

// architectures lists what can be converted.
var architectures = []*architecture{
	archLlama, archMistral, archMixtral,
	archQwen2, archQwen2MoE, archQwen3, archQwen3MoE,
	archGemma2, archGemma3, archPhi3, archSmolLM3, archGPT2, archBERT,
}

// lookupArchitecture returns the architecture of a Hugging Face class.
func lookupArchitecture(class string) (*architecture, error) {
	var known []string
	for _, a := range architectures {
		if slices.Contains(a.classes, class) {
			return a, nil
		}
		known = append(known, a.classes...)
	}
	slices.Sort(known)
	return nil, fmt.Errorf("%w architecture %q; known are %s", ErrUnsupported, class, strings.Join(known, ", "))
}

// model is a model directory, understood.
type model struct {
	dir    *directory
	config *config
	opts   Options
	arch   *architecture
}

func newModel(dir *directory, opts Options) (*model, error) {
	c, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	class, err := c.architecture()
	if err != nil {
		return nil, err
	}
	arch, err := lookupArchitecture(class)
	if err != nil {
		modelType, _ := c.raw.String("model_type")
		if refused := refuseVision(dir.path, modelType); refused != nil {
			return nil, refused
		}
		return nil, &RefusedError{
			Path: c.where,
			What: err.Error(),
			Hint: "llama.cpp's convert_hf_to_gguf.py knows others; nibble quantize takes the file that it writes",
		}
	}
	m := &model{dir: dir, config: c, opts: opts, arch: arch}
	if arch.check != nil {
		if err := arch.check(m); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// blockCount returns the number of layers.
func (m *model) blockCount() (int64, error) {
	return m.config.needPositive(blockCountKeys...)
}

var blockCountKeys = []string{"n_layers", "num_hidden_layers", "n_layer", "num_layers"}

// outTensor is a tensor as it stands in the output, but for its type.
type outTensor struct {
	name     string // GGUF name
	rows     rows
	forceF32 bool // float32 whatever the file's type
}

// float32Kept reports whether a tensor of that name and number of dimensions
// stays float32 in a file of any type (llama.cpp.md, section 4.4): vectors,
// norms, routers of experts, positions and token types, and whatever is no
// weight.
func float32Kept(name string, dims int) bool {
	if dims <= 1 || strings.HasSuffix(name, "_norm.weight") || !strings.HasSuffix(name, ".weight") {
		return true
	}
	switch strings.TrimPrefix(name, blockPrefix(name)) {
	case "ffn_gate_inp.weight", "ffn_gate_inp_shexp.weight", "position_embd.weight", "token_types.weight":
		return true
	}
	return false
}

// blockPrefix returns the "blk.7." that a tensor of a layer begins with.
func blockPrefix(name string) string {
	rest, ok := strings.CutPrefix(name, "blk.")
	if !ok {
		return ""
	}
	return name[:len("blk.")+strings.IndexByte(rest, '.')+1]
}

// isExpertStack reports whether a tensor holds a part for each expert.
func isExpertStack(name string) bool { return strings.Contains(name, "_exps.") }

// metadata returns everything but the vocabulary, in the reference's order
// (llama.cpp.md, section 4.3).
func (m *model) metadata(fileType quantize.FileType, params paramCounts) (*gguf.Metadata, error) {
	k := &keys{meta: new(gguf.Metadata), arch: m.arch.name, fileType: fileType}
	k.text("general.architecture", m.arch.name)
	if m.arch.preface != nil {
		m.arch.preface(m, k)
	}
	k.text("general.type", "model")
	m.generalKeys(k, params)
	m.arch.parameters(m, k)
	if k.err != nil {
		return nil, k.err
	}
	k.meta.Set("general.quantization_version", gguf.Uint32(quantizationVersion))
	return k.meta, nil
}
