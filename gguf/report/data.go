package report

import "github.com/nibble-go/nibble/gguf/convert"

// Data is what a report is made of.
type Data struct {
	// Name is the model's name.
	Name string

	// Report is what the conversion says of itself. Its tensors should have been
	// measured; those that were not have no errors to show.
	Report *convert.Report

	// Histograms has those of the tensor at the same index, or is empty.
	Histograms []convert.TensorHistograms

	// Options are what was asked for.
	Options []Option

	// Importance is the importance matrix that was used. Nil: none.
	Importance *Importance

	// Comparison holds the file against other types. Nil: nothing to compare
	// with.
	Comparison *Comparison

	// Generator names the program that the report is of, with its version.
	Generator string
}

// An Option is a choice of the user's and its value, which may be empty.
type Option struct {
	Name, Value string
}

// Importance describes an importance matrix.
type Importance struct {
	Name     string
	Datasets []string // the texts behind it
	Chunks   int64    // of these texts; 0: not known

	// Unweighted names the tensors that are quantized without weights, since the
	// matrix has none for them.
	Unweighted []string
}

// A Comparison holds a file against what else the model could be.
type Comparison struct {
	File    Point   // what was made of it
	Types   []Point // the whole model in one type
	Recipes []Point // the standard mixtures

	// Weighted says that the squares of errors, and those of the weights that
	// they are set against, count as much as the importance matrix says.
	Weighted bool
}

// A Point is a way to store the model.
type Point struct {
	Name          string  // of a type or of a recipe
	BitsPerWeight float64 // over the whole model
	SQNR          float64 // in dB, over the whole model
}
