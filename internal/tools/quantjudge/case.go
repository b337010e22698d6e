package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
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
	fields := strings.Split(text, "|")
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

// write writes the input files to dir and returns the name of the model's, and the flags and the file type of the
// command line.
func (c quantizeCase) write(dir string) (name string, flags []string, fileType string, err error) {
	m, err := quantmodels.New(c.model)
	if err != nil {
		return "", nil, "", err
	}
	path, err := m.Write(dir)
	if err != nil {
		return "", nil, "", err
	}
	last := len(c.args) - 1
	flags = slices.Clone(c.args[:last])
	if c.matrix != nil {
		if err := c.matrix.Write(dir, m); err != nil {
			return "", nil, "", err
		}
		flags = append(flags, "--imatrix", c.matrix.FileName())
	}
	for i, arg := range flags {
		if arg == "--tensor-type-file" && i+1 < len(flags) {
			text := strings.ReplaceAll(flags[i+1], ";", "\n")
			flags[i+1] = "types.txt"
			if err := os.WriteFile(filepath.Join(dir, "types.txt"), []byte(text), 0o666); err != nil {
				return "", nil, "", err
			}
		}
	}
	return filepath.Base(path), flags, c.args[last], nil
}

func (c quantizeCase) has(flag string) bool { return slices.Contains(c.args, flag) }
