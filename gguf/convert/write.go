package convert

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/quantize"
)

// WriteOptions says how a plan becomes files.
type WriteOptions struct {
	StreamOptions

	// Force replaces files that exist. They stand untouched until the new
	// ones are complete.
	Force bool

	// Resume goes on from where an earlier run stopped, one that was killed or
	// one with Resume that failed. It must have been of this plan: of the same
	// inputs, unchanged since, with the same options and the same build of this
	// program, or the error is a [*ResumeError]. Without anything to go on from,
	// the run begins at the start.
	//
	// A run with Resume that is cancelled, or that the operating system fails,
	// keeps what it wrote and returns a [*StoppedError].
	Resume bool

	// recordEvery is the time between two records of the journal; 0 means
	// recordEvery.
	recordEvery time.Duration
}

// Paths returns the names of the files that WriteFile makes of path: path
// itself, or, where the plan has splits, one name for each.
func (p *Plan) Paths(path string) []string {
	if len(p.Files) == 1 {
		return []string{path}
	}
	prefix := strings.TrimSuffix(path, ".gguf")
	paths := make([]string, len(p.Files))
	for i := range paths {
		paths[i] = gguf.SplitName(prefix, i, len(paths))
	}
	return paths
}

// WriteFile carries the plan out. The output appears under its name, or the
// names of its splits, complete or not at all; without force nothing is
// replaced. Errors wrap fs.ErrExist, ErrNonFinite, an error of the weights'
// files, or what the file system said.
//
// A run that lasts longer than some seconds keeps a journal, so that after it
// was killed another one can go on: see [WriteOptions.Resume].
func (p *Plan) WriteFile(ctx context.Context, path string, opts WriteOptions) (*Report, error) {
	start := time.Now()
	paths := p.Paths(path)
	specs := make([]atomicfile.Spec, len(paths))
	for i, layout := range p.Files {
		specs[i] = atomicfile.Spec{Path: paths[i], Size: layout.FileSize}
	}
	j, err := p.openJournal(specs, opts.Force, opts.Resume)
	if err != nil {
		return nil, err
	}
	defer j.set.Abort()
	metrics, err := j.write(ctx, opts)
	if err == nil {
		err = j.set.Commit()
	}
	if err != nil {
		if opts.Resume {
			err = j.stop(ctx, err)
		}
		return nil, err
	}
	report := p.report(paths, metrics, time.Since(start))
	report.Resumed = j.kept.Load()
	return report, nil
}

// write writes everything: headers, tensors, and the padding between them where
// it may not be zero.
func (j *journal) write(ctx context.Context, opts WriteOptions) ([]quantize.Metrics, error) {
	outs := make([]io.WriterAt, len(j.plan.Files))
	for i, layout := range j.plan.Files {
		file := j.set.File(i)
		outs[i] = file
		err := layout.WriteHeader(io.NewOffsetWriter(file, 0))
		if err == nil && j.resumed {
			err = writePadding(file, layout)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path(), err)
		}
	}
	every := opts.recordEvery
	if every == 0 {
		every = recordEvery
	}
	ctx, stop := j.recording(ctx, every)
	defer stop()
	return j.plan.writeTensors(ctx, outs, opts.StreamOptions, j)
}

// writePadding writes the zeros behind each tensor.
func writePadding(w io.WriterAt, layout *gguf.Layout) error {
	var zeros []byte
	for i := range layout.Tensors {
		n := layout.PaddingAfter(i)
		if n > int64(len(zeros)) {
			zeros = make([]byte, n)
		}
		if _, err := w.WriteAt(zeros[:n], layout.TensorFileOffset(i)+layout.TensorSize(i)); err != nil {
			return err
		}
	}
	return nil
}
