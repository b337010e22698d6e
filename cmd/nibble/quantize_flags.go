package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// recipeFlags are the flags of llama-quantize that need more than to be passed on.
type recipeFlags struct {
	imatrix        string
	include        []string
	exclude        []string
	tensorTypes    []string
	tensorTypeFile string
}

// add adds the flags that change what a recipe does.
func (r *recipeFlags) add(cmd *cobra.Command, q *convert.QuantizeOptions) {
	flags := cmd.Flags()
	flags.StringVar(&r.imatrix, "imatrix", "", "importance matrix, in llama-imatrix's format or the older one")
	flags.StringArrayVar(&r.include, "include-weights", nil, "use only the entries of the importance matrix with this in their names (repeatable)")
	flags.StringArrayVar(&r.exclude, "exclude-weights", nil, "use no entry of the importance matrix with this in its name (repeatable)")
	flags.StringArrayVar(&r.tensorTypes, "tensor-type", nil, "REGEX=TYPE: give the tensors whose names match this type; the first that matches counts (repeatable)")
	flags.StringVar(&r.tensorTypeFile, "tensor-type-file", "", "file with REGEX=TYPE in each line")
	flags.StringVar(&q.OutputType, "output-tensor-type", "", "type of output.weight")
	flags.StringVar(&q.EmbeddingType, "token-embedding-type", "", "type of the token embeddings")
	flags.BoolVar(&q.LeaveOutput, "leave-output-tensor", false, "keep output.weight as it is")
	flags.BoolVar(&q.Pure, "pure", false, "one type for all tensors that are quantized, instead of a mixture")
	flags.BoolVar(&q.AllowRequantize, "allow-requantize", false, "quantize tensors again that are quantized already; they lose twice")
	flags.IntSliceVar(&q.PruneLayers, "prune-layers", nil, "numbers of layers to leave out, such as 20,21,22")
	flags.BoolVar(&q.KeepSplit, "keep-split", false, "write a split set to as many files as it has")
	flags.StringArrayVar(&q.Overrides, "override-kv", nil, "KEY=TYPE:VALUE: set metadata; TYPE is int, float, bool or str (repeatable)")
	cmd.MarkFlagsMutuallyExclusive("include-weights", "exclude-weights")
	cmd.MarkFlagsMutuallyExclusive("keep-split", "split-max-size")
	cmd.MarkFlagsMutuallyExclusive("keep-split", "split-max-tensors")
	for _, name := range []string{"output-tensor-type", "token-embedding-type"} {
		_ = cmd.RegisterFlagCompletionFunc(name, completeTensorTypes)
	}
}

// check settles what can be settled before a file is opened, and completes opts.
func (r *recipeFlags) check(opts *convert.Options) error {
	if r.imatrix == "" && len(r.include)+len(r.exclude) > 0 {
		return &usageError{err: errors.New("--include-weights and --exclude-weights choose from an importance matrix, and there is no --imatrix")}
	}
	for _, text := range r.tensorTypes {
		t, err := convert.ParseTensorType(text)
		if err != nil {
			usage := &usageError{err: fmt.Errorf("--tensor-type %s: %w", text, err)}
			if errors.Is(err, quantize.ErrUnsupported) {
				usage.hint = tensorTypeHint()
			}
			return usage
		}
		opts.Quantize.TensorTypes = append(opts.Quantize.TensorTypes, t)
	}
	if r.tensorTypeFile != "" {
		types, err := readTensorTypes(r.tensorTypeFile)
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			err = path.Err // the path stands before it
		}
		if err != nil {
			return &usageError{err: fmt.Errorf("--tensor-type-file %s: %w", r.tensorTypeFile, err)}
		}
		opts.Quantize.TensorTypes = append(opts.Quantize.TensorTypes, types...)
	}
	err := opts.Quantize.Validate()
	switch {
	case errors.Is(err, quantize.ErrUnsupported): // a type
		return &usageError{err: err, hint: tensorTypeHint()}
	case err != nil:
		return &usageError{err: err}
	}
	return nil
}

func tensorTypeHint() string {
	return "the types of tensors are " + strings.Join(tensorTypeNames(), ", ")
}

func readTensorTypes(path string) ([]convert.TensorType, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return convert.ReadTensorTypes(file)
}

// openMatrix opens the importance matrix, nil where none is asked for.
func (r *recipeFlags) openMatrix() (*imatrix.Matrix, error) {
	if r.imatrix == "" {
		return nil, nil
	}
	m, err := imatrix.Open(r.imatrix)
	if err != nil || len(r.include)+len(r.exclude) == 0 {
		return m, err
	}
	return m.Keep(func(name string) bool {
		contains := func(part string) bool { return strings.Contains(name, part) }
		return !slices.ContainsFunc(r.exclude, contains) && (len(r.include) == 0 || slices.ContainsFunc(r.include, contains))
	}), nil
}

// tensorTypeNames returns the types that a tensor can be quantized to.
func tensorTypeNames() []string {
	var names []string
	for _, t := range quantize.Types() {
		if t.CanEncode() {
			names = append(names, t.String())
		}
	}
	return names
}

func completeTensorTypes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return tensorTypeNames(), cobra.ShellCompDirectiveNoFileComp
}
