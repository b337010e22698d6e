package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/checksum"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/internal/binio"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/chat"
	"github.com/nibble-go/nibble/wasm/host"
)

// The exit codes. Scripts rely on them, so a number never changes its meaning.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInput       = 3 // malformed or unsupported input
	exitNoSpace     = 4
	exitIO          = 5
	exitVerify      = 6 // the file is not what it should be
	exitInterrupted = 130
)

// usageError is a command line that asks for nothing that can be done.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// hintedError is an error that comes with what to do next.
type hintedError struct {
	err  error
	hint string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

// inputErrors are the sentinels of the packages that read files.
var inputErrors = []error{
	convert.ErrFormat, convert.ErrUnsupported, convert.ErrNonFinite, convert.ErrPlanFile,
	gguf.ErrFormat, gguf.ErrUnsupported, gguf.ErrLayout, imatrix.ErrFormat, imatrix.ErrUnsupported,
	safetensors.ErrFormat, safetensors.ErrUnsupported, safetensors.ErrNoWeights,
	tokenize.ErrFormat, tokenize.ErrUnsupported, tokenize.ErrNoTokenizer, tokenize.ErrEncoding,
	tokenize.ErrUnknownToken, tokenize.ErrTimeout,
	chat.ErrFormat, chat.ErrNoTemplate, chat.ErrSyntax, chat.ErrUndefined, chat.ErrType, chat.ErrValue, chat.ErrRaised,
	chat.ErrSecurity, chat.ErrLimit, chat.ErrUnsupported,
	quantize.ErrShape, quantize.ErrUnsupported, quantize.ErrImportance, quantize.ErrInvalid,
	edit.ErrSplit, edit.ErrNoVocabulary, checksum.ErrFormat, checksum.ErrName, errNoModel, errOtherFiles, errTooLarge, errNoID, errUnknownID, fs.ErrNotExist, modeldir.ErrNotRegular,
	host.ErrFormat, host.ErrUnsupported, host.ErrInput, host.ErrLimit, host.ErrMemory, host.ErrTrap, errSandboxTime,
	io.ErrUnexpectedEOF, // a file that shrank while it was read
}

// exitCode returns the exit code for err.
func exitCode(ctx context.Context, err error) int {
	var usage *usageError
	var path *fs.PathError
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage), errors.Is(err, atomicfile.ErrTarget), errors.Is(err, host.ErrUsage):
		return exitUsage
	case errors.Is(err, atomicfile.ErrNoSpace):
		return exitNoSpace
	case errors.Is(err, atomicfile.ErrIO):
		return exitIO
	case errors.Is(err, atomicfile.ErrExists):
		return exitFailed
	case errors.Is(err, errVerify):
		return exitVerify
	}
	for _, sentinel := range inputErrors {
		if errors.Is(err, sentinel) {
			return exitInput
		}
	}
	if errors.As(err, &path) {
		return exitIO
	}
	return exitFailed
}

// hintFor returns what to do about err, "" where nibble knows nothing better than the error itself.
func hintFor(err error) string {
	var usage *usageError
	var hinted *hintedError
	var refused *convert.RefusedError
	var space *atomicfile.SpaceError
	var again *convert.RequantizeError
	var weight *convert.WeightError
	var stopped *convert.StoppedError
	var missing *gguf.MissingSplitError
	var output *atomicfile.Error
	switch {
	case errors.As(err, &stopped):
		hint := units.Bytes(stopped.Done) + " of " + units.Bytes(stopped.Total) + " are done and kept; the same command with --resume goes on from there"
		if first := hintFor(stopped.Err); first != "" {
			hint = first + "; " + hint
		}
		return hint
	case errors.As(err, &usage):
		return usage.hint
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.As(err, &refused):
		return refused.Hint
	case errors.As(err, &space) && space.Free >= 0 && space.Free < space.Needed:
		return "free " + units.Bytes(space.Needed-space.Free) + " there, or write to another disk with -o"
	case errors.As(err, &output) && hintForOutput(output) != "":
		return hintForOutput(output)
	case errors.As(err, &missing):
		return "the files of a split set stand in one directory: put it there, or download it to " + filepath.Dir(missing.Name)
	case errors.Is(err, binio.ErrShort) && !errors.Is(err, imatrix.ErrFormat):
		return "the file is incomplete, or damaged: download it again"
	case errors.Is(err, safetensors.ErrNoWeights):
		return modelHint
	case errors.Is(err, convert.ErrFormat) && (errors.Is(err, jsonread.ErrSyntax) || errors.Is(err, jsonread.ErrTruncated)):
		return "that is no JSON as models are published with: download the file again"
	case errors.Is(err, convert.ErrResume), errors.Is(err, atomicfile.ErrJournal):
		return "leave --resume out to remove what the stopped run left and to begin anew"
	case errors.Is(err, atomicfile.ErrBusy):
		return "wait for that process, or stop it and give the command again"
	case errors.Is(err, modeldir.ErrLink):
		return "links out of a model directory are not followed, since its files name each other and may come from strangers; put the file itself there, or a hard link"
	case errors.Is(err, modeldir.ErrNotRegular):
		return "name a file; what comes through a pipe has to be written to one first"
	case errors.Is(err, atomicfile.ErrExists):
		return "--force replaces it; the old file stands until the new one is complete"
	case errors.As(err, &weight) && weight.Weighted:
		return "look at the importance matrix: weights beyond 1e18 leave no room for sums"
	case errors.Is(err, convert.ErrNonFinite):
		return "the weights are damaged or their training diverged; --allow-nonfinite converts them all the same"
	case errors.As(err, &again):
		return "quantize the file in its original precision instead; --allow-requantize takes the loss"
	case errors.Is(err, imatrix.ErrFormat):
		return "an importance matrix is a file that llama-imatrix makes of a model; whoever publishes GGUF files often has one beside them"
	case errors.Is(err, convert.ErrPlanFile):
		return "a plan file is what --save-plan writes, beside --target-bpw or --target-size"
	case errors.Is(err, quantize.ErrImportance):
		return "give an importance matrix of this model with --imatrix, or choose a type that does without, such as q2_k"
	}
	return ""
}

// hintForOutput returns what to do about a file that cannot be written.
func hintForOutput(err *atomicfile.Error) string {
	switch {
	case errors.Is(err, atomicfile.ErrTarget) && errors.Is(err, fs.ErrNotExist):
		return "make the directory first (mkdir -p " + filepath.Dir(err.Path) + "), or name another"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "name a directory that you may write to, for the output with -o"
	case errors.Is(err, syscall.EFBIG):
		return "the disk's file system, or a limit (ulimit -f), has no room for files of this size: name another disk, or split the output with --split-max-size"
	}
	return ""
}
