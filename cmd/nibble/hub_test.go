package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func mkdirs(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestHubCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for _, tc := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"default", nil, filepath.Join(home, ".cache", "huggingface", "hub")},
		{"XDG", map[string]string{"XDG_CACHE_HOME": "/xdg"}, "/xdg/huggingface/hub"},
		{"HF_HOME", map[string]string{"HF_HOME": "/hf", "XDG_CACHE_HOME": "/xdg"}, "/hf/hub"},
		{"HF_HUB_CACHE", map[string]string{"HF_HUB_CACHE": "/hub", "HF_HOME": "/hf"}, "/hub"},
		{"old name", map[string]string{"HUGGINGFACE_HUB_CACHE": "/old", "HF_HOME": "/hf"}, "/old"},
		{"tilde", map[string]string{"HF_HOME": "~/models"}, filepath.Join(home, "models", "hub")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := hubCache(func(key string) string { return tc.env[key] })
			if filepath.ToSlash(got) != filepath.ToSlash(tc.want) {
				t.Errorf("hubCache: %s, want %s", got, tc.want)
			}
		})
	}
}

func TestFindModel(t *testing.T) {
	hub := t.TempDir()
	env := func(key string) string {
		if key == "HF_HUB_CACHE" {
			return hub
		}
		return ""
	}
	plain := mkdirs(t, t.TempDir(), "plain")
	main := mkdirs(t, hub, "models--org--name", "snapshots", "abc123")
	mkdirs(t, hub, "models--org--name", "snapshots", "other")
	mkdirs(t, hub, "models--org--name", "refs")
	writeFile(t, filepath.Join(hub, "models--org--name", "refs", "main"), "abc123\n")
	only := mkdirs(t, hub, "models--org--only", "snapshots", "r1")
	mkdirs(t, hub, "models--org--broken", "refs")
	writeFile(t, filepath.Join(hub, "models--org--broken", "refs", "main"), "gone")
	mkdirs(t, hub, "models--org--evil", "refs")
	mkdirs(t, hub, "models--org--evil", "snapshots")
	writeFile(t, filepath.Join(hub, "models--org--evil", "refs", "main"), "../../models--org--name")

	for _, tc := range []struct {
		arg  string
		want string // path, or words of the error
		hint string
	}{
		{plain, plain, ""},
		{"org/name", main, ""},
		{"org/only", only, ""},
		{filepath.Join(hub, "models--org--name"), main, ""},
		{"org/absent", "nor is it in the Hugging Face cache", "hf download org/absent"},
		{"org/broken", "no snapshot of its main revision", "hf download org/broken"},
		{"org/evil", "no snapshot of its main revision", "hf download org/evil"},
		{"nowhere", "there is nothing at", "give a directory"},
		{"a/b/c", "there is nothing at", "give a directory"},
		{"../x", "there is nothing at", "give a directory"},
		{"org/nosuch.gguf", "there is nothing at", "give a directory"},
		{"-", "standard input cannot be one", "write it to a file first"},
		{"https://huggingface.co/org/name", "is an address", "hf download org/name; then give org/name"},
		{"http://www.hf.co/org/name?a=b", "is an address", "hf download org/name; then give org/name"},
		{"huggingface.co/org/name/tree/main", "is an address", "hf download org/name; then give org/name"},
		{"https://huggingface.co/org/name/resolve/main/dir/x.gguf?download=true", "is an address", "hf download org/name dir/x.gguf --local-dir .; then give dir/x.gguf"},
		{"https://example.org/x.gguf", "is an address", "download it first"},
	} {
		t.Run(tc.arg, func(t *testing.T) {
			got, err := findModel(tc.arg, env)
			if tc.hint == "" {
				if err != nil || got != tc.want {
					t.Errorf("findModel: %s, %v, want %s", got, err, tc.want)
				}
				return
			}
			if !errors.Is(err, errNoModel) || !strings.Contains(err.Error(), tc.want) || !strings.Contains(hintFor(err), tc.hint) {
				t.Errorf("error %q, hint %q: want words %q and hint %q", err, hintFor(err), tc.want, tc.hint)
			}
		})
	}
}
