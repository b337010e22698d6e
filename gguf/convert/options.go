package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

const (
	// Auto is the [Options.Type] that keeps the source precision of a model
	// directory, and the types of a GGUF file.
	Auto = "auto"

	// Copy is the [Options.Type] that keeps the type of every tensor and the
	// file type.
	Copy = "copy"
)

// Options says what to make of a model. The zero value keeps the source
// precision and writes one file.
type Options struct {
	// Type is Auto, Copy or the name of a [quantize.FileType], in any case.
	// Empty means Auto.
	Type string `json:"type,omitempty"`

	// Name replaces the name of a model directory's model (general.name), which
	// otherwise follows from the model card, config.json and the directory's
	// name. For a GGUF file there is [QuantizeOptions.Overrides].
	Name string `json:"name,omitempty"`

	// PreTokenizer replaces the name for tokenizer.ggml.pre that follows from
	// the structure of a directory's tokenizer.json.
	PreTokenizer string `json:"preTokenizer,omitempty"`

	// SplitMaxBytes and SplitMaxTensors bound each file of a split output.
	// Zero: no bound. With neither, the output is one file.
	SplitMaxBytes   int64 `json:"splitMaxBytes,omitempty"`
	SplitMaxTensors int   `json:"splitMaxTensors,omitempty"`

	// AllowNonFinite lets NaN and infinities through.
	AllowNonFinite bool `json:"allowNonFinite,omitempty"`

	// Quantize changes what a recipe does.
	Quantize QuantizeOptions `json:"quantize,omitzero"`
}

// QuantizeOptions are what llama-quantize can be told beside the file type,
// with its meaning (llama.cpp.md, section 2.1). The zero value is the plain
// recipe.
type QuantizeOptions struct {
	// Always makes the file types F32, F16, BF16 and Q8_0 of a model directory
	// as llama-quantize makes them of the file in source precision too, and not
	// as the converter does. The other file types, GGUF files, and any of the
	// options below take llama-quantize's way in any case.
	Always bool `json:"always,omitempty"`

	// AllowRequantize lets tensors through that are quantized already. They
	// lose twice.
	AllowRequantize bool `json:"allowRequantize,omitempty"`

	// LeaveOutput keeps output.weight as it is.
	LeaveOutput bool `json:"leaveOutput,omitempty"`

	// Pure gives every tensor that is quantized the file type's default type.
	Pure bool `json:"pure,omitempty"`

	// OutputType and EmbeddingType name the [quantize.Type] of output.weight
	// and of the token embeddings. Empty: what the recipe says.
	OutputType    string `json:"outputType,omitempty"`
	EmbeddingType string `json:"embeddingType,omitempty"`

	// TensorTypes give types to the tensors whose names match; the first that
	// matches counts. Under Pure, and for the file types F32, F16 and BF16, they
	// have no effect.
	TensorTypes []TensorType `json:"tensorTypes,omitempty"`

	// Types gives exact types to tensors, by name, whatever the recipe and the
	// other options say: a mixture that was chosen before. A tensor that recipes
	// quantize must be named.
	Types map[string]string `json:"types,omitempty"`

	// PruneLayers are the numbers of layers to leave out. Those behind them move
	// up.
	PruneLayers []int `json:"pruneLayers,omitempty"`

	// KeepSplit writes the tensors of a split set to as many files as it has, in
	// its order.
	KeepSplit bool `json:"keepSplit,omitempty"`

	// Overrides set metadata: "KEY=TYPE:VALUE", where TYPE is int, float, bool
	// or str.
	Overrides []string `json:"overrides,omitempty"`

	// SizesOnly makes a plan even where an importance matrix is needed and there
	// is none. [Plan.NeedImportance] names the tensors that need it, and the
	// plan cannot be carried out.
	SizesOnly bool `json:"sizesOnly,omitempty"`

	// Imatrix is the importance matrix. It must stay open as long as the plan is
	// used. Nil: none.
	Imatrix *imatrix.Matrix `json:"-"`
}

// isZero reports whether nothing is asked for.
func (q *QuantizeOptions) isZero() bool {
	return !q.Always && !q.AllowRequantize && !q.LeaveOutput && !q.Pure && !q.KeepSplit &&
		q.OutputType == "" && q.EmbeddingType == "" && q.Imatrix == nil &&
		len(q.TensorTypes) == 0 && len(q.Types) == 0 && len(q.PruneLayers) == 0 && len(q.Overrides) == 0
}

// target is what Options.Type comes to.
type target struct {
	fileType quantize.FileType
	copies   bool // every tensor keeps its type
	recipe   bool // llama-quantize's way; else the reference converter's
}

// target resolves the type of a source in the given precision. Auto keeps it,
// but writes F32 as F16, as the reference converter does.
func (o *Options) target(precision quantize.FileType) (target, error) {
	recipe := !o.Quantize.isZero()
	switch {
	case o.Type == "" || strings.EqualFold(o.Type, Auto):
		if precision == quantize.FileTypeF32 {
			precision = quantize.FileTypeF16
		}
		return target{fileType: precision, recipe: recipe}, nil
	case strings.EqualFold(o.Type, Copy):
		return target{fileType: precision, copies: true, recipe: true}, nil
	}
	ft, err := quantize.ParseFileType(o.Type)
	if err != nil {
		return target{}, err
	}
	switch ft {
	case quantize.FileTypeF32, quantize.FileTypeF16, quantize.FileTypeBF16, quantize.FileTypeQ8_0:
		return target{fileType: ft, recipe: recipe}, nil
	}
	return target{fileType: ft, recipe: true}, nil
}

// recipeOptions translates q for package quantize.
func (q *QuantizeOptions) recipeOptions() (quantize.RecipeOptions, error) {
	opts := quantize.RecipeOptions{HasImportance: q.Imatrix != nil, Pure: q.Pure, LeaveOutput: q.LeaveOutput, InOrder: q.KeepSplit, SizesOnly: q.SizesOnly}
	var err error
	if opts.OutputType, err = optionalType(q.OutputType); err != nil {
		return opts, fmt.Errorf("type of the output tensor: %w", err)
	}
	if opts.EmbeddingType, err = optionalType(q.EmbeddingType); err != nil {
		return opts, fmt.Errorf("type of the token embeddings: %w", err)
	}
	if len(q.TensorTypes) > 0 {
		opts.Override, err = compileTensorTypes(q.TensorTypes)
	}
	return opts, err
}

func optionalType(name string) (*quantize.Type, error) {
	if name == "" {
		return nil, nil
	}
	t, err := quantize.ParseType(name)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// Validate finds what is wrong with q whatever the model: names of types that
// there are not, patterns, overrides, and options that contradict each other.
func (q *QuantizeOptions) Validate() error {
	if len(q.Types) > 0 && (q.Pure || q.LeaveOutput || q.OutputType != "" || q.EmbeddingType != "" || len(q.TensorTypes) > 0) {
		return errors.New("exact types leave nothing to choose for the other options that choose types")
	}
	if i := slices.IndexFunc(q.PruneLayers, func(n int) bool { return n < 0 }); i >= 0 {
		return fmt.Errorf("there is no layer %d to prune", q.PruneLayers[i])
	}
	if _, err := q.recipeOptions(); err != nil {
		return err
	}
	_, err := parseOverrides(q.Overrides)
	return err
}
