package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// The sources from which everything else of the page's own is reached, by the names of the files that they become.
// What the document's script has in common with the Weights room, which it loads when somebody enters it, becomes a file
// of its own. What the document waits for is a classic script, as modules run when it is painted already.
var (
	scripts  = map[string]string{"app": "src/app.ts", "weights": "src/weights/room.ts"}
	shared   = "shared"
	classic  = map[string]string{"theme": "src/theme.ts"}
	alone    = map[string]string{"worker": "src/worker.ts", "app.css": "css/app.css"}
	laterOns = []string{"weights.js"} // what a first visit does without
)

// bundle bundles the scripts and the style sheet. There are no source maps: the page is small, and whoever wants to read
// it has the repository.
func (b *build) bundle() ([]file, error) {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return nil, err
	}
	opts := api.BuildOptions{
		AbsWorkingDir:     web,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		Platform:          api.PlatformBrowser,
	}
	inOne, split, atOnce := opts, opts, opts
	inOne.EntryPointsAdvanced = points(alone)
	split.EntryPointsAdvanced = points(scripts)
	split.Splitting, split.ChunkNames = true, shared
	atOnce.EntryPointsAdvanced = points(classic)
	atOnce.Format = api.FormatIIFE
	var files []file
	for _, opts := range []api.BuildOptions{inOne, split, atOnce} {
		some, err := bundle(opts)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	for i := range files {
		files[i].firstVisit = !slices.Contains(laterOns, files[i].name)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// points returns entry points in the order of their names.
func points(sources map[string]string) []api.EntryPoint {
	var list []api.EntryPoint
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		list = append(list, api.EntryPoint{InputPath: sources[name], OutputPath: strings.TrimSuffix(name, ".css")})
	}
	return list
}

// bundle bundles entry points into one file each, whose name is the entry point's own. They are modules unless the
// options say otherwise.
func bundle(opts api.BuildOptions) ([]file, error) {
	opts.Bundle = true
	opts.Charset = api.CharsetUTF8
	opts.EntryNames = "[name]"
	if opts.Format == api.FormatDefault {
		opts.Format = api.FormatESModule
	}
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
		files = append(files, file{name: filepath.Base(out.Path), data: out.Contents})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}
