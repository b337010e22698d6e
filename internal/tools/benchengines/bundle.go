package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const nodeScript = "node.mjs"

// bundle bundles the scripts with npm's tokenizers. Node gets transformers' build for browsers too: its own differs in
// what runs models, which is left out.
func bundle(dir string) error {
	source, err := filepath.Abs("js")
	if err != nil {
		return err
	}
	for script, output := range map[string]string{nodeScript: nodeScript, "page.mjs": "page.js", "worker.mjs": "worker.js"} {
		result := api.Build(api.BuildOptions{
			AbsWorkingDir: source,
			EntryPoints:   []string{script},
			Outfile:       filepath.Join(dir, output),
			Bundle:        true,
			Define:        map[string]string{"COLUMNS": strconv.Itoa(columns)},
			External:      []string{"node:*"},
			Format:        api.FormatESModule,
			LogLevel:      api.LogLevelSilent,
			NodePaths:     []string{filepath.Join(dir, "npm", "node_modules")},
			Platform:      api.PlatformBrowser,
			Plugins:       []api.Plugin{{Name: "without models", Setup: leaveOut}},
			Target:        api.ES2022,
			Write:         true,
		})
		if len(result.Errors) > 0 {
			text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
			return fmt.Errorf("esbuild: %w", errors.New(strings.Join(text, "")))
		}
	}
	return nil
}

// leaveOut has an empty module for each that transformers needs for models alone.
func leaveOut(build api.PluginBuild) {
	const namespace = "none"
	build.OnResolve(api.OnResolveOptions{Filter: `^(onnxruntime-|sharp$)`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: args.Path, Namespace: namespace}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: namespace}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
		contents := "module.exports = {}"
		return api.OnLoadResult{Contents: &contents}, nil
	})
}

// versionOf returns the version of an npm package.
func versionOf(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	var p struct{ Version string }
	err = json.Unmarshal(data, &p)
	return p.Version, err
}
