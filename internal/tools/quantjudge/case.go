package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
	"github.com/nibble-go/nibble/quantize"
)

// A quantizeCase is a model, an importance matrix, and the arguments that both programs take. Its text is
// "MODEL | MATRIX | ARGUMENT ...", with "none" for no matrix.
type quantizeCase struct {
	model  quantmodels.Spec
	matrix *quantmodels.MatrixSpec

	// args end with the file type. What follows --tensor-type-file is not the name of the file but what it holds, with
	// a semicolon for white space.
	args []string
}

func parseCase(text string) (quantizeCase, error) {
	fields := strings.SplitN(text, "|", 3) // patterns hold more of them
	if len(fields) != 3 {
		return quantizeCase{}, fmt.Errorf("%q is not of the form MODEL | MATRIX | ARGUMENTS", text)
	}
	var c quantizeCase
	var err error
	if c.model, err = quantmodels.ParseSpec(strings.TrimSpace(fields[0])); err != nil {
		return c, err
	}
	if name := strings.TrimSpace(fields[1]); name != "none" {
		matrix, err := quantmodels.ParseMatrixSpec(name)
		if err != nil {
			return c, err
		}
		c.matrix = &matrix
	}
	if c.args = strings.Fields(fields[2]); len(c.args) == 0 {
		return c, fmt.Errorf("%q has no file type", text)
	}
	return c, nil
}

func (c quantizeCase) String() string { return strings.Join(c.fields(), " | ") }

// fields returns the three parts of the text.
func (c quantizeCase) fields() []string {
	matrix := "none"
	if c.matrix != nil {
		matrix = c.matrix.String()
	}
	return []string{c.model.String(), matrix, strings.Join(c.args, " ")}
}

// inputs are the files of a case and what the command lines are made of.
type inputs struct {
	model, theirs     string   // for nibble and for llama-quantize, see misplaced and unaligned
	flags, theirFlags []string // the same, see spelledOut
	fileType          string
	excuse            string // why llama-quantize cannot be asked, if it cannot
}

// write writes the input files to dir.
func (c quantizeCase) write(dir string) (inputs, error) {
	m, err := quantmodels.New(c.model)
	if err != nil {
		return inputs{}, err
	}
	path, err := m.Write(dir)
	if err != nil {
		return inputs{}, err
	}
	last := len(c.args) - 1
	in := inputs{model: filepath.Base(path), theirs: filepath.Base(path), flags: slices.Clone(c.args[:last]), fileType: c.args[last]}
	if c.matrix != nil {
		if err := c.matrix.Write(dir, m); err != nil {
			return inputs{}, err
		}
		in.flags = append(in.flags, "--imatrix", c.matrix.FileName())
	}
	for i, arg := range in.flags[:len(in.flags)-min(1, len(in.flags))] {
		if arg == "--tensor-type-file" {
			text := strings.ReplaceAll(in.flags[i+1], ";", "\n")
			in.flags[i+1] = "types.txt"
			if err := os.WriteFile(filepath.Join(dir, "types.txt"), []byte(text), 0o666); err != nil {
				return inputs{}, err
			}
		}
	}
	in.theirFlags = in.flags
	if ft, err := quantize.ParseFileType(in.fileType); err == nil && c.oddRows(m, ft) {
		if ft.Default().BlockSize() == 1 {
			in.excuse = "llama-quantize cuts rows into pieces of blocks, and patterns have no effect on " + in.fileType
		}
		in.theirFlags = spelledOut(m, ft, in.flags)
	}
	theirs := m
	layers, err := c.prunedLayers()
	if err != nil {
		return inputs{}, err
	}
	if len(layers) > 0 {
		var ok bool
		if theirs, ok = misplaced(m, layers); !ok {
			in.excuse = "llama-quantize writes the weights of other layers, which are not alike"
			return in, nil
		}
	}
	if c.realigned() {
		theirs = unaligned(theirs)
	}
	if theirs == m {
		return in, nil
	}
	in.theirs = filepath.Join("theirs-in", in.model)
	if err := os.Mkdir(filepath.Join(dir, "theirs-in"), 0o777); err != nil {
		return inputs{}, err
	}
	_, err = theirs.Write(filepath.Join(dir, "theirs-in"))
	return in, err
}

func (c quantizeCase) has(flag string) bool { return slices.Contains(c.args, flag) }

// value returns what follows a flag, the last time that it is given.
func (c quantizeCase) value(flag string) (string, bool) {
	for i := len(c.args) - 2; i > 0; i-- {
		if c.args[i-1] == flag {
			return c.args[i], true
		}
	}
	return "", false
}
