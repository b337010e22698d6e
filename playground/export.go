package playground

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

var (
	// ErrNotBuilt: this build of nibble has none of the page's files.
	ErrNotBuilt = errors.New("this nibble was built without the playground's files")
	// ErrNotEmpty: a directory to export to has something in it, and ExportOptions.Force was not given.
	ErrNotEmpty = errors.New("the directory is not empty")
)

// ExportOptions are those of Export.
type ExportOptions struct {
	Generator string // what made the page, such as "nibble v1.0.0"
	Force     bool   // write to a directory that is not empty, and replace files of the same names
}

// Exported says what Export wrote.
type Exported struct {
	Files int
	Bytes int64
}

// Export writes the page as static files to dir, which is created if there is none in its parent. Any server of files
// can show it, under any path: names are relative, the content security policy is in the document, and the modules are
// compressed with gzip for the page itself to unpack, as a static host may not compress them. Either all files appear or
// none.
//
// Its errors wrap ErrNotBuilt, ErrNotEmpty or those of package atomicfile.
func Export(ctx context.Context, dir string, opts ExportOptions) (Exported, error) {
	s, err := embeddedSite(opts.Generator)
	if err != nil {
		return Exported{}, err
	}
	return s.export(ctx, dir, opts.Force)
}

// outFile is a file to be written.
type outFile struct {
	name string // with slashes
	data []byte
}

func (s *site) export(ctx context.Context, dir string, force bool) (done Exported, err error) {
	if !s.page.Built {
		return Exported{}, ErrNotBuilt
	}
	if err := refuseFull(dir, force); err != nil {
		return Exported{}, err
	}
	files, err := s.staticFiles(ctx)
	if err != nil {
		return Exported{}, err
	}
	made, err := makeDirectories(dir, files)
	defer func() {
		if err != nil {
			for _, path := range slices.Backward(made) {
				_ = os.Remove(path) // what failed is told already
			}
		}
	}()
	if err != nil {
		return Exported{}, err
	}
	specs := make([]atomicfile.Spec, len(files))
	for i, f := range files {
		specs[i] = atomicfile.Spec{Path: filepath.Join(dir, filepath.FromSlash(f.name)), Size: int64(len(f.data))}
	}
	set, err := atomicfile.CreateAll(specs, atomicfile.Options{Force: force})
	if err != nil {
		return Exported{}, err
	}
	defer set.Abort()
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return Exported{}, err
		}
		if _, err := set.File(i).WriteAt(f.data, 0); err != nil {
			return Exported{}, err
		}
		done.Files++
		done.Bytes += int64(len(f.data))
	}
	return done, set.Commit()
}

// staticFiles returns the page's files as a static host needs them, the document first: a set of files is committed
// with the first one last.
func (s *site) staticFiles(ctx context.Context) ([]outFile, error) {
	page := *s.page
	page.Policy = metaPolicy
	files := []outFile{{name: documentName}}
	for _, name := range slices.Sorted(maps.Keys(s.assets)) {
		data, err := s.assets[name].plain()
		if err != nil {
			return nil, fmt.Errorf("playground: %s: %w", name, err)
		}
		if strings.HasSuffix(name, ".wasm") {
			if data, err = compress(data); err != nil {
				return nil, err
			}
			name += ".gz"
		}
		files = append(files, outFile{path.Join(s.directory, name), data})
	}
	page.Config.Modules.Text += ".gz"
	page.Config.Modules.Whole += ".gz"
	var err error
	files[0].data, err = page.render(ctx)
	return files, err
}

// refuseFull refuses a directory that has something in it, and what is no directory. There may be none.
func refuseFull(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	if len(entries) > 0 && !force {
		return fmt.Errorf("export to %q: %w", dir, ErrNotEmpty)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &atomicfile.Error{Op: "export to", Path: dir, Kind: atomicfile.ErrTarget, Err: bare(err)}
	}
	return nil
}

// makeDirectories creates dir and the directories within it that the files need, and returns those that were not there.
func makeDirectories(dir string, files []outFile) (made []string, err error) {
	needed := []string{dir}
	for _, f := range files {
		if path := filepath.Join(dir, filepath.Dir(filepath.FromSlash(f.name))); !slices.Contains(needed, path) {
			needed = append(needed, path)
		}
	}
	for _, path := range needed {
		switch err := os.Mkdir(path, 0o777); {
		case err == nil:
			made = append(made, path)
		case errors.Is(err, fs.ErrExist):
		case errors.Is(err, fs.ErrNotExist):
			return made, &atomicfile.Error{
				Op: "export to", Path: dir, Kind: atomicfile.ErrTarget,
				Err: fmt.Errorf("there is no directory %q", filepath.Dir(path)),
			}
		default:
			return made, &atomicfile.Error{Op: "create", Path: path, Kind: atomicfile.ErrIO, Err: bare(err)}
		}
	}
	return made, nil
}

// bare returns what is in an error beside the path, which the error around it names.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
