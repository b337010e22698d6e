package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entryPoints are the sources from which everything else of the page's own is reached: the document's script, its
// worker's, and the style sheet. Each becomes one file of its name.
var entryPoints = []string{"src/app.ts", "src/worker.ts", "css/app.css"}

// bundle bundles the scripts and the style sheet. There are no source maps: the page is small, and whoever wants to read
// it has the repository.
func (b *build) bundle() ([]file, error) {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return nil, err
	}
	return bundle(api.BuildOptions{
		AbsWorkingDir:     web,
		EntryPoints:       entryPoints,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		Platform:          api.PlatformBrowser,
	})
}

// bundle bundles entry points into one file each, whose name is the entry point's own.
func bundle(opts api.BuildOptions) ([]file, error) {
	opts.Bundle = true
	opts.Charset = api.CharsetUTF8
	opts.EntryNames = "[name]"
	opts.Format = api.FormatESModule
	opts.LegalComments = api.LegalCommentsNone
	opts.LogLevel = api.LogLevelSilent
	opts.Outdir = opts.AbsWorkingDir // where nothing is written
	opts.Target = api.ES2022
	result := api.Build(opts)
	if messages := slices.Concat(result.Errors, result.Warnings); len(messages) > 0 {
		text := api.FormatMessages(messages, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, fmt.Errorf("esbuild: %w", errors.New(strings.TrimSpace(strings.Join(text, ""))))
	}
	var files []file
	for _, out := range result.OutputFiles {
		files = append(files, file{name: filepath.Base(out.Path), firstVisit: true, data: out.Contents})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}
