package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// An outcome is what came of a case.
type outcome int

const (
	agrees  outcome = iota // the files are the same
	refuses                // both programs refuse
	excused                // they need not be the same, see excuse
	differs
	outcomes
)

func (o outcome) String() string {
	return [...]string{"agree", "refused by both", "excused", "differ"}[o]
}

// A verdict says what came of a case, and why.
type verdict struct {
	outcome outcome
	detail  string
}

// A result is what a program did: the files that it wrote, in the order of their names, or the end of what it said.
type result struct {
	names   []string
	files   [][]byte
	failed  bool
	crashed bool // died of a signal or a panic, instead of saying what is wrong
	message string
}

// run runs both programs on a case.
func (j *judge) run(c quantizeCase) (verdict, error) {
	dir, err := os.MkdirTemp("", "quantjudge")
	if err != nil {
		return verdict{}, err
	}
	defer os.RemoveAll(dir)
	in, err := c.write(dir)
	if err != nil {
		return verdict{}, err
	}
	if in.excuse != "" {
		return verdict{excused, in.excuse}, nil
	}
	theirs, err := in.runTheirs(dir, j.llama)
	if err != nil {
		return verdict{}, err
	}
	ours, err := runProgram(dir, "ours", j.nibble, append([]string{"quantize", "-q", "-j", "1"}, in.flags...), in.model, in.fileType)
	if err != nil {
		return verdict{}, err
	}
	v := compare(c, ours, theirs)
	if v.outcome == differs && j.keep != "" {
		if err := os.CopyFS(filepath.Join(j.keep, filepath.Base(dir)), os.DirFS(dir)); err != nil {
			return verdict{}, err
		}
	}
	return v, nil
}

// runTheirs runs llama-quantize in dir.
func (in inputs) runTheirs(dir, program string) (result, error) {
	return runProgram(dir, "theirs", program, in.theirFlags, in.theirs, in.fileType, "1")
}

// runProgram runs a program in dir, which makes part of dir/out of the file with the given name.
func runProgram(dir, out, program string, flags []string, name, fileType string, more ...string) (result, error) {
	if err := os.Mkdir(filepath.Join(dir, out), 0o777); err != nil {
		return result{}, err
	}
	args := append(append([]string{}, flags...), name, filepath.Join(out, "out.gguf"), fileType)
	cmd := exec.Command(program, append(args, more...)...)
	cmd.Dir = dir
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{}, err
	}
	if err != nil {
		message := complained.String()
		return result{
			failed:  true,
			crashed: !exit.Exited() || strings.Contains(message, "\ngoroutine "),
			message: lastLines(message),
		}, nil
	}
	if slices.Contains(flags, "--dry-run") {
		return result{names: []string{"plan"}, files: [][]byte{[]byte(plannedTypes(said.String() + complained.String()))}}, nil
	}
	return readResult(filepath.Join(dir, out))
}

func readResult(dir string) (result, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return result{}, err
	}
	var r result
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return result{}, err
		}
		r.names = append(r.names, e.Name())
		r.files = append(r.files, data)
	}
	return r, nil
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " / ")
}

func compare(c quantizeCase, ours, theirs result) verdict {
	if ours.crashed {
		return verdict{differs, "nibble crashed: " + ours.message}
	}
	if why := excuse(c, ours, theirs); why != "" {
		return verdict{excused, why}
	}
	switch {
	case ours.failed && theirs.failed:
		return verdict{refuses, "nibble: " + ours.message + "\nllama-quantize: " + theirs.message}
	case ours.failed:
		return verdict{differs, "only nibble refuses: " + ours.message}
	case theirs.failed:
		return verdict{differs, "only llama-quantize refuses: " + theirs.message}
	case len(ours.files) != len(theirs.files):
		return verdict{differs, fmt.Sprintf("nibble wrote %v and llama-quantize %v", ours.names, theirs.names)}
	}
	for i, file := range ours.files {
		if c.has("--dry-run") {
			if len(file) == 0 || !bytes.Equal(file, theirs.files[i]) {
				return verdict{differs, fmt.Sprintf("nibble's plan:\n%sllama-quantize's:\n%s", file, theirs.files[i])}
			}
			continue
		}
		switch text := difference(file, theirs.files[i]); {
		case text != "", !c.realigned() && !bytes.Equal(file, theirs.files[i]):
			return verdict{differs, fmt.Sprintf("%s: %s", ours.names[i], describe(file, theirs.files[i], text))}
		}
	}
	return verdict{outcome: agrees}
}

// describe says where two files part, and what stands there.
func describe(ours, theirs []byte, what string) string {
	at := 0
	for at < len(ours) && at < len(theirs) && ours[at] == theirs[at] {
		at++
	}
	return fmt.Sprintf("nibble's %d bytes and llama-quantize's %d part at byte %d: %s", len(ours), len(theirs), at, what)
}

// excuse returns why the outcome need not be the same, and nothing where it must be.
func excuse(c quantizeCase, ours, theirs result) string {
	switch {
	case theirs.crashed:
		// An assertion: a type that nothing can be quantized to, expert counts that contradict each other.
		return "llama-quantize crashed: " + theirs.message
	case ours.failed && strings.Contains(ours.message, "is to be pruned, and the model has none of that number"):
		return "llama-quantize prunes layers that are not there"
	case theirs.failed && strings.Contains(theirs.message, "has wrong array length"):
		// An override of the number of layers, where the heads are given for each.
		return "llama-quantize reads what it does not need"
	case ours.failed && !theirs.failed && c.has("--dry-run"):
		// nibble says what it would say without. What llama-quantize says shows there.
		return "llama-quantize looks at types and importance weights only when it comes to them"
	}
	return ""
}
