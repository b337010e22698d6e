package edit

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
)

// WriteOptions say how files are written. The zero value replaces nothing.
type WriteOptions struct {
	// Force replaces files that stand at the paths, each in one step when the
	// new ones are complete. The source of the plan may be among them.
	Force bool

	// Release, if not nil, is called when all of the source was read, before
	// the new files take their names. It closes the source where that is among
	// the files to be replaced: some systems replace no open file.
	Release func() error

	// Progress, if not nil, is told how many bytes were written, of how many.
	// It is called from one goroutine.
	Progress func(done, total int64)
}

// pieceBytes is how much of a tensor is in memory at a time.
const pieceBytes = 1 << 20

// WriteFiles writes the files of the plan to the paths, one for each. They
// appear together and complete, or not at all; errors are those of package
// internal/atomicfile and of the source. On a cancelled ctx it returns the
// cause.
func (p *Plan) WriteFiles(ctx context.Context, paths []string, opts WriteOptions) error {
	if len(paths) != len(p.Files) {
		return fmt.Errorf("%d paths for %d files", len(paths), len(p.Files))
	}
	specs := make([]atomicfile.Spec, len(paths))
	for i, path := range paths {
		specs[i] = atomicfile.Spec{Path: path, Size: p.Files[i].FileSize}
	}
	set, err := atomicfile.CreateAll(specs, atomicfile.Options{Force: opts.Force})
	if err != nil {
		return err
	}
	defer set.Abort()
	w := &writer{ctx: ctx, total: p.Bytes(), progress: opts.Progress}
	for i := range p.Files {
		if err := w.write(p, i, set.File(i)); err != nil {
			return err
		}
	}
	if opts.Release != nil {
		if err := opts.Release(); err != nil {
			return err
		}
	}
	return set.Commit()
}

// A writer writes the files of a plan and counts the bytes.
type writer struct {
	ctx      context.Context
	progress func(done, total int64)
	done     int64
	total    int64
	swap     swapper
}

func (w *writer) write(p *Plan, i int, out io.WriterAt) error {
	to := bufio.NewWriterSize(&counter{writer: w, to: io.NewOffsetWriter(out, 0)}, pieceBytes)
	gw, err := gguf.NewWriter(to, p.Files[i])
	if err != nil {
		return err
	}
	for j, t := range p.tensors[i] {
		var data io.Reader = t.Open()
		if p.swaps {
			if data, err = w.swap.reader(t); err != nil {
				return err
			}
		}
		if err := gw.WriteTensor(j, data); err != nil {
			return err
		}
	}
	if err := gw.Close(); err != nil {
		return err
	}
	return to.Flush()
}

// A counter counts what goes through, and stops it when the context ends.
type counter struct {
	writer *writer
	to     io.Writer
}

func (c *counter) Write(b []byte) (int, error) {
	w := c.writer
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	n, err := c.to.Write(b)
	w.done += int64(n)
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
	return n, err
}
