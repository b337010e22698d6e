//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The README's commands print what it shows, one after the other in the root of a clone.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command: make test does")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"internal", "testdata"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	sessions := readmeSessions(t, filepath.Join(root, "README.md"))
	if len(sessions) < 10 {
		t.Errorf("README.md shows the output of %d commands", len(sessions))
	}
	for _, s := range sessions {
		shell := exec.Command("sh", "-c", s.command)
		shell.Dir = dir
		out, err := shell.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", s.command, err, out)
		}
		if !s.pattern().Match(out) {
			t.Errorf("%s prints\n%s\nREADME.md has\n%s", s.command, out, strings.Join(s.output, "\n"))
		}
	}
}

// A readmeSession is a command of the README with the lines that it shows below.
type readmeSession struct {
	command string
	output  []string
}

// readmeSessions returns the commands that stand behind a $, indented.
func readmeSessions(t *testing.T, path string) []readmeSession {
	t.Helper()
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var sessions []readmeSession
	indent := ""
	for line := range strings.Lines(string(readme)) {
		text := strings.TrimLeft(line, " ")
		switch command, ok := strings.CutPrefix(text, "$ "); {
		case ok && len(line)-len(text) >= 4:
			indent = line[:len(line)-len(text)]
			sessions = append(sessions, readmeSession{command: strings.TrimSpace(command)})
		case text != "\n" && !strings.HasPrefix(line, indent):
			indent = ""
		case indent != "":
			last := &sessions[len(sessions)-1]
			last.output = append(last.output, strings.TrimRight(strings.TrimPrefix(line, indent), " \n"))
		}
	}
	return sessions
}

// measured is what differs from run to run.
var measured = regexp.MustCompile(`[0-9.]+ s\b|[0-9.]+ MB/s|(peak memory +)[0-9.]+ MiB`)

// pattern matches the output: "..." is any lines, and what was measured any number. Blank lines at the end are the README's.
func (s *readmeSession) pattern() *regexp.Regexp {
	lines := s.output
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	var pattern strings.Builder
	pattern.WriteString("^")
	for _, line := range lines {
		if line == "..." {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		for from := 0; ; {
			at := measured.FindStringIndex(line[from:])
			if at == nil {
				pattern.WriteString(regexp.QuoteMeta(line[from:]))
				break
			}
			pattern.WriteString(regexp.QuoteMeta(line[from:from+at[0]]) + `.*`)
			from += at[1]
		}
		pattern.WriteString(` *\n`)
	}
	pattern.WriteString("$")
	return regexp.MustCompile(pattern.String())
}
