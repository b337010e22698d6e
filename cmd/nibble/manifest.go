package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/nibble-go/nibble/gguf/checksum"
	"github.com/nibble-go/nibble/internal/atomicfile"
)

// writeManifest writes the checksums of files that are complete, as they stand on the disk.
func (a *app) writeManifest(ctx context.Context, path string, files []string, f *conversion) error {
	bar := newProgress(a.stderr, f.quiet, "checksums", 0)
	defer bar.stop()
	var manifest bytes.Buffer
	err := checksum.WriteManifest(ctx, &manifest, files, bar.update)
	if err == nil {
		err = atomicfile.WriteFile(path, manifest.Bytes(), atomicfile.Options{Force: f.force})
	}
	if err != nil {
		return fmt.Errorf("the model is written, its manifest is not: %w", err)
	}
	return nil
}
