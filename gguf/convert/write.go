package convert

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
)

// WriteOptions says how a plan becomes files.
type WriteOptions struct {
	StreamOptions

	// Force replaces files that exist. They stand untouched until the new
	// ones are complete.
	Force bool
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
func (p *Plan) WriteFile(ctx context.Context, path string, opts WriteOptions) (*Report, error) {
	start := time.Now()
	paths := p.Paths(path)
	specs := make([]atomicfile.Spec, len(paths))
	for i, layout := range p.Files {
		specs[i] = atomicfile.Spec{Path: paths[i], Size: layout.FileSize}
	}
	set, err := atomicfile.CreateAll(specs, atomicfile.Options{Force: opts.Force})
	if err != nil {
		return nil, err
	}
	defer set.Abort()

	outs := make([]io.WriterAt, len(p.Files))
	for i, layout := range p.Files {
		outs[i] = set.File(i)
		if err := layout.WriteHeader(io.NewOffsetWriter(outs[i], 0)); err != nil {
			return nil, fmt.Errorf("%s: %w", paths[i], err)
		}
	}
	metrics, err := p.WriteTensors(ctx, outs, opts.StreamOptions)
	if err != nil {
		return nil, err
	}
	if err := set.Commit(); err != nil {
		return nil, err
	}
	return p.report(paths, metrics, time.Since(start)), nil
}
