package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// errNoModel: what the command line names is neither a directory nor a model in the cache.
var errNoModel = errors.New("no such model")

// repositoryID is a model's name on the Hugging Face hub.
var repositoryID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$`)

// modelHint says what a command that takes a model takes.
const modelHint = "give a directory with config.json and .safetensors files, a GGUF file, or org/name of a model in the local Hugging Face cache"

// findModel returns the path that a command line argument means: the argument itself where it exists, else the
// snapshot of org/name in the local Hugging Face cache.
func findModel(arg string, getenv func(string) string) (string, error) {
	return findInput(arg, modelHint, getenv)
}

// findInput is findModel for a command that takes something else than a model too, as hint says.
func findInput(arg, hint string, getenv func(string) string) (string, error) {
	if _, err := os.Stat(arg); err == nil {
		if strings.HasPrefix(filepath.Base(arg), "models--") && isDirectory(filepath.Join(arg, "snapshots")) {
			return snapshot(arg)
		}
		return arg, nil
	}
	if !repositoryID.MatchString(arg) {
		return "", absent(arg, hint)
	}
	hub := hubCache(getenv)
	repository := filepath.Join(hub, "models--"+strings.ReplaceAll(arg, "/", "--"))
	if !isDirectory(repository) {
		if isDirectory(filepath.Dir(arg)) || strings.EqualFold(filepath.Ext(arg), ".gguf") { // a file's path
			return "", absent(arg, hint)
		}
		return "", &hintedError{
			err:  fmt.Errorf("%w: neither is there a directory %s nor is it in the Hugging Face cache (%s)", errNoModel, arg, hub),
			hint: "download it: hf download " + arg,
		}
	}
	path, err := snapshot(repository)
	if err != nil {
		return "", &hintedError{err: err, hint: "complete the download: hf download " + arg}
	}
	return path, nil
}

// absent says that there is nothing where the command line says that a model is. hint says what could be given.
func absent(arg, hint string) error {
	switch {
	case arg == "-":
		return &hintedError{
			err:  fmt.Errorf("%w: there is nothing at %q, and standard input cannot be one", errNoModel, arg),
			hint: "models are read out of order: write it to a file first, and give that",
		}
	case isAddress(arg):
		return &hintedError{
			err:  fmt.Errorf("%w: %s is an address, and nibble downloads nothing", errNoModel, arg),
			hint: downloadHint(arg),
		}
	}
	return &hintedError{err: fmt.Errorf("%w: there is nothing at %q", errNoModel, arg), hint: hint}
}

// hubAddress is the address of a repository on the Hugging Face hub, or of a file in it.
var hubAddress = regexp.MustCompile(`^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(` +
	strings.Trim(repositoryID.String(), "^$") + `)(?:/(?:blob|resolve|raw)/[^/]+/([^?#]+))?`)

// isAddress reports whether an argument is no path but an address on the net.
func isAddress(arg string) bool { return strings.Contains(arg, "://") || hubAddress.MatchString(arg) }

// downloadHint says how to fetch what is at an address.
func downloadHint(address string) string {
	parts := hubAddress.FindStringSubmatch(address)
	switch {
	case parts == nil:
		return "download it first, and give the file or the directory"
	case parts[2] == "":
		return fmt.Sprintf("download it first: hf download %s; then give %s", parts[1], parts[1])
	}
	return fmt.Sprintf("download it first: hf download %s %s --local-dir .; then give %s", parts[1], parts[2], parts[2])
}

// hubCache returns where Hugging Face's own tools keep downloaded repositories, by the same rules.
func hubCache(getenv func(string) string) string {
	home, _ := os.UserHomeDir()
	expand := func(path string) string {
		if path == "~" || strings.HasPrefix(path, "~/") {
			return filepath.Join(home, path[1:])
		}
		return path
	}
	for _, name := range []string{"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"} {
		if path := getenv(name); path != "" {
			return expand(path)
		}
	}
	if path := getenv("HF_HOME"); path != "" {
		return filepath.Join(expand(path), "hub")
	}
	cache := filepath.Join(home, ".cache")
	if path := getenv("XDG_CACHE_HOME"); path != "" {
		cache = expand(path)
	}
	return filepath.Join(cache, "huggingface", "hub")
}

// snapshot returns the checked-out revision of a cached repository: main, or the only one that there is.
func snapshot(repository string) (string, error) {
	snapshots := filepath.Join(repository, "snapshots")
	if ref, err := os.ReadFile(filepath.Join(repository, "refs", "main")); err == nil {
		revision := strings.TrimSpace(string(ref))
		if path := filepath.Join(snapshots, revision); filepath.Base(path) == revision && isDirectory(path) {
			return path, nil
		}
		return "", fmt.Errorf("%w: %s has no snapshot of its main revision", errNoModel, repository)
	}
	entries, err := os.ReadDir(snapshots)
	if err == nil && len(entries) == 1 && entries[0].IsDir() {
		return filepath.Join(snapshots, entries[0].Name()), nil
	}
	return "", fmt.Errorf("%w: %s has %d snapshots and no main revision among them", errNoModel, repository, len(entries))
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
