package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
)

// inputs returns the files that a run reads: those of the model at path, and those that flags name.
func (f *conversion) inputs(path string) []string {
	files := modelFiles(path)
	for _, file := range []string{f.recipe.imatrix, f.recipe.tensorTypeFile, f.budget.plan} {
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

// modelFiles returns the files of a model: those in a directory, or those of a split set by any of them.
func modelFiles(path string) []string {
	files := []string{path}
	if entries, err := os.ReadDir(path); err == nil {
		for _, entry := range entries {
			files = append(files, filepath.Join(path, entry.Name()))
		}
	}
	if prefix, _, count, ok := gguf.ParseSplitName(path); ok {
		for i := range count {
			files = append(files, gguf.SplitName(prefix, i, count))
		}
	}
	return files
}

// beside returns the files that a run writes beside its output.
func (f *conversion) beside() []string {
	return slices.DeleteFunc([]string{f.html.path, f.manifest, f.budget.save}, func(path string) bool { return path == "" })
}

// samePath reports whether two names are of one file, though there may be none yet: a name within one directory.
func samePath(a, b string) bool {
	if filepath.Base(a) != filepath.Base(b) {
		return false
	}
	dirA, errA := os.Stat(filepath.Dir(a))
	dirB, errB := os.Stat(filepath.Dir(b))
	return errA == nil && errB == nil && os.SameFile(dirA, dirB)
}

// refuseTwice refuses a file that is to be written twice.
func refuseTwice(paths []string) error {
	for i, path := range paths {
		if slices.ContainsFunc(paths[:i], func(other string) bool { return samePath(other, path) }) {
			return &usageError{err: fmt.Errorf("%s is named twice", path), hint: "give one of them another name"}
		}
	}
	return nil
}

// refuseInPlace refuses an output that stands where an input does. what is what the output is.
func refuseInPlace(what string, inputs, outputs []string) error {
	for _, output := range outputs {
		out, err := os.Stat(output)
		if err != nil {
			continue // nothing stands there
		}
		for _, input := range inputs {
			if in, err := os.Stat(input); err == nil && os.SameFile(in, out) {
				return &usageError{
					err:  fmt.Errorf("%s is the input too", output),
					hint: "give the " + what + " another name",
				}
			}
		}
	}
	return nil
}

// checkBeside makes sure, before anything is converted, that a file beside the outputs can be written. what is what it
// is. Empty: none is to be.
func (f *conversion) checkBeside(what, path, source string, outputs []string) error {
	if path == "" {
		return nil
	}
	if err := refuseInPlace(what, f.inputs(source), []string{path}); err != nil {
		return err
	}
	if slices.ContainsFunc(outputs, func(output string) bool { return samePath(output, path) }) {
		return &usageError{err: fmt.Errorf("%s is the output too", path), hint: "give the " + what + " another name"}
	}
	out, err := atomicfile.Create(path, 0, atomicfile.Options{Force: f.force})
	if err != nil {
		return err
	}
	return out.Abort()
}

// hintStaleManifests tells of manifests that are of the files that stood in the place of the new ones.
func (a *app) hintStaleManifests(outputs []string) {
	for _, output := range outputs {
		if _, err := os.Stat(output + manifestSuffix); err == nil {
			a.hint("%s is not of the new file; --manifest writes one", output+manifestSuffix)
		}
	}
}
