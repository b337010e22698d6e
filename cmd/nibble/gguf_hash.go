package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/checksum"
	"github.com/nibble-go/nibble/internal/modeldir"
)

type ggufHashFlags struct {
	xxh64, sha1, sha256, all, uuid, file bool

	noLayer bool
	check   string
	quiet   bool
}

func (a *app) ggufHashCommand() *cobra.Command {
	var f ggufHashFlags
	cmd := &cobra.Command{
		Use:   "hash FILE",
		Short: "Hash the tensors of a GGUF file, as llama-gguf-hash does",
		Long: `hash prints a line for the data of each tensor, and one for that of all tensors
under the file's name: header and padding do not count, so that two files with
other metadata can have the same hash. --file hashes every byte of the file, in
a line that sha256sum reads. Without a flag the hash is XXH64.

The lines are those of llama-gguf-hash, and each program checks the other's.
--check compares with such a manifest. Without a flag it uses the best hash that
the manifest has; what the manifest does not have is no fault, as long as it has
something. A difference is exit code 6.`,
		Example: `  nibble gguf hash model.gguf
  nibble gguf hash --sha256 --file model.gguf > model.gguf.manifest
  nibble gguf hash --check model.gguf.manifest model.gguf
  nibble gguf hash --uuid --no-layer model.gguf`,
		Args: arguments(1, 1),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.ggufHash(ctx, args[0], f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.xxh64, "xxh64", false, "XXH64")
	flags.BoolVar(&f.sha1, "sha1", false, "SHA-1")
	flags.BoolVar(&f.sha256, "sha256", false, "SHA-256")
	flags.BoolVar(&f.all, "all", false, "these three")
	flags.BoolVar(&f.uuid, "uuid", false, "a UUID (version 5) of the data of all tensors")
	flags.BoolVar(&f.file, "file", false, "SHA-256 of the whole file")
	flags.BoolVar(&f.noLayer, "no-layer", false, "leave out the single tensors")
	flags.StringVarP(&f.check, "check", "c", "", "compare with this manifest")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	return cmd
}

// hashes returns what the flags ask for.
func (f *ggufHashFlags) hashes() []checksum.Hash {
	var out []checksum.Hash
	for hash, asked := range map[checksum.Hash]bool{
		checksum.XXH64: f.xxh64 || f.all, checksum.SHA1: f.sha1 || f.all, checksum.SHA256: f.sha256 || f.all,
		checksum.UUID: f.uuid, checksum.File: f.file,
	} {
		if asked {
			out = append(out, hash)
		}
	}
	return out
}

// bestHashes returns the most telling hashes of a manifest: the one of the file, and the best of tensor data.
func bestHashes(m *checksum.Manifest) []checksum.Hash {
	var best []checksum.Hash
	found := m.Has()
	if slices.Contains(found, checksum.File) {
		best = append(best, checksum.File)
	}
	for _, hash := range []checksum.Hash{checksum.SHA256, checksum.SHA1, checksum.XXH64, checksum.UUID} {
		if slices.Contains(found, hash) {
			return append(best, hash)
		}
	}
	return best
}

func (a *app) ggufHash(ctx context.Context, path string, f ggufHashFlags) error {
	opts := checksum.Options{Hashes: f.hashes(), NoTensors: f.noLayer}
	var manifest *checksum.Manifest
	if f.check != "" {
		var err error
		if manifest, err = readManifest(f.check); err != nil {
			return err
		}
		if len(opts.Hashes) == 0 {
			opts.Hashes = bestHashes(manifest)
		}
	}
	if len(opts.Hashes) == 0 {
		opts.Hashes = []checksum.Hash{checksum.XXH64}
	}
	src, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return err
	}
	defer src.Close()
	file, err := gguf.NewReader(src, info.Size(), gguf.ReaderOptions{})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	// The lines appear as they are found, so a bar would stand between them.
	quiet := f.quiet || isTerminal(a.stdout)
	bar := newProgress(a.stderr, quiet, "hashing", 0)
	defer bar.stop()
	opts.Progress = bar.update

	found, differ := false, false
	for e, err := range checksum.Sums(ctx, file, src, path, opts) {
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		line := e.String()
		if manifest != nil {
			status := compareEntry(manifest, e, path)
			found = found || status != checksum.NotFound
			differ = differ || status == checksum.Mismatch
			line += "  -  " + string(status)
		}
		if isTerminal(a.stdout) {
			line = printable(line)
		}
		if _, err := fmt.Fprintln(a.stdout, line); err != nil {
			return err
		}
	}
	switch {
	case manifest == nil:
		return nil
	case !found:
		return fmt.Errorf("%w: %s has nothing about %s", errVerify, f.check, path)
	case differ:
		return fmt.Errorf("%w: %s is not what %s says", errVerify, path, f.check)
	}
	return nil
}

// errVerify: a file is not what it should be.
var errVerify = errors.New("verification failed")

func readManifest(path string) (*checksum.Manifest, error) {
	r, _, err := modeldir.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m, err := checksum.Parse(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// compareEntry looks for an entry under the file's path and then under its name alone, which a manifest beside it has.
func compareEntry(m *checksum.Manifest, e checksum.Entry, path string) checksum.Status {
	status := m.Compare(e)
	if status == checksum.NotFound {
		e.Name = filepath.Base(path) + e.Name[len(path):]
		status = m.Compare(e)
	}
	return status
}
