package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
)

// What engines do.
const (
	doTokens   = "tokens"   // load a vocabulary, encode the text, encode it again: three times
	doQuantize = "quantize" // encode the weights in a type
	doConvert  = "convert"  // convert the model to a file type
)

// The libraries that encode. Of nibble there are several ways in.
const (
	nibble       = "nibble"
	nibbleIDs    = "nibble, ids only"
	nibbleWorker = "nibble, in a worker"
	gptTokenizer = "gpt-tokenizer"
	transformers = "@huggingface/transformers"
)

// A task is something to do and to time. As JSON it goes to the engines of other processes.
type task struct {
	Do      string `json:"do"`
	Library string `json:"library"`
	Type    string `json:"type"`
	Plain   bool   `json:"plain"` // with the module that has no kernels
}

// An outcome is how long a task took, and what came of it.
type outcome struct {
	Seconds []float64 `json:"seconds"`
	Digest  string    `json:"digest"` // SHA-256 of the ids as uint32, of the blocks, or of the file
	Count   int       `json:"count"`  // of the ids or of the bytes
	Error   string    `json:"error"`
}

// An engine does tasks, one at a time.
type engine interface {
	name() string
	tasks() []task
	do(ctx context.Context, t task) (outcome, error)
	close() error
}

// errMissing reports that something is not installed.
var errMissing = errors.New("not installed")

var types = []string{"Q4_K", "Q6_K", "Q8_0"}

const fileType = "Q4_K_M"

// weightTasks are the tasks that are not about tokens.
func weightTasks(plain bool) []task {
	var tasks []task
	for _, t := range types {
		tasks = append(tasks, task{Do: doQuantize, Library: nibble, Type: t, Plain: plain})
	}
	if plain {
		return tasks // a whole file takes minutes
	}
	return append(tasks, task{Do: doConvert, Library: nibble, Type: fileType})
}

// tokenTasks are the tasks about tokens of some libraries.
func tokenTasks(libraries ...string) []task {
	var tasks []task
	for _, l := range libraries {
		tasks = append(tasks, task{Do: doTokens, Library: l})
	}
	return tasks
}

// answer does the tasks on r, a line each, and writes a line for each to w.
func answer(ctx context.Context, e engine, r io.Reader, w io.Writer) error {
	out := json.NewEncoder(w)
	for lines := bufio.NewScanner(r); lines.Scan(); {
		var t task
		if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
			return err
		}
		o, err := e.do(ctx, t)
		if err != nil {
			o.Error = err.Error()
		}
		if err := out.Encode(o); err != nil {
			return err
		}
	}
	return nil
}
