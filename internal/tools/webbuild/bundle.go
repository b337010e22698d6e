package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundle bundles the scripts, app.js for the document and worker.js for its worker, and the style sheet. There are no
// source maps: the page is small, and whoever wants to read it has the repository.
func (b *build) bundle() ([]file, error) {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return nil, err
	}
	options := api.BuildOptions{
		AbsWorkingDir:     web,
		Bundle:            true,
		Charset:           api.CharsetUTF8,
		Format:            api.FormatESModule,
		LegalComments:     api.LegalCommentsNone,
		LogLevel:          api.LogLevelSilent,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		Outdir:            "/", // nothing is written
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		Write:             false,
	}
	scripts := options
	scripts.EntryPoints = []string{"src/app.ts", "src/worker.ts"}
	styles := options
	sheets, err := filepath.Glob(filepath.Join(web, "css", "*.css"))
	if err != nil {
		return nil, err
	}
	styles.Stdin = &api.StdinOptions{Contents: imports(sheets), Loader: api.LoaderCSS, ResolveDir: web, Sourcefile: "app.css"}

	var files []file
	for _, options := range []api.BuildOptions{scripts, styles} {
		result := api.Build(options)
		if messages := slices.Concat(result.Errors, result.Warnings); len(messages) > 0 {
			text := api.FormatMessages(messages, api.FormatMessagesOptions{Kind: api.ErrorMessage})
			return nil, fmt.Errorf("esbuild: %w", errors.New(strings.TrimSpace(strings.Join(text, ""))))
		}
		for _, out := range result.OutputFiles {
			files = append(files, file{name: outputName(out.Path), firstVisit: true, data: out.Contents})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// imports returns a style sheet of others, in the order of their names.
func imports(sheets []string) string {
	var text strings.Builder
	for _, sheet := range sheets {
		fmt.Fprintf(&text, "@import \"./css/%s\";\n", filepath.Base(sheet))
	}
	return text.String()
}

// outputName returns what the page calls an output of esbuild.
func outputName(output string) string {
	if base := filepath.Base(output); base != "stdin.css" {
		return base
	}
	return "app.css"
}
