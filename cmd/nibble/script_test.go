package main

import (
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/playground"
)

// TestMain lets the test binary act as nibble itself, so that scripts and fault tests run the real program in a
// process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nibble": main})
}

// TestScripts runs testdata/script/*.txtar: what a person types and what then stands on the screen and on the disk.
// goldenDir is seen from this package's directory; scripts run in others.
var goldenDir, _ = filepath.Abs(filepath.Join("..", "..", "testdata", "golden"))

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  cmdExits,
			"sample": cmdSample,
			"golden": cmdGolden,
			"poke":   cmdPoke,
			"files":  cmdFiles,
			"match":  cmdMatch,
		},
	})
}

// condition answers [page]: this build has the files of the playground's page.
func condition(name string) (bool, error) {
	if name != "page" {
		return false, errors.New("no such condition")
	}
	return playground.Built(), nil
}

// exits CODE ARG...: nibble ARG... ends with that code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits code args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("nibble", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("nibble: %v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// sample DIR: unpacks the bundled model to DIR, whose last element must not exist.
func cmdSample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sample dir")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), sample.FS()))
}

// golden NAME FILE: copies a file of testdata/golden.
func cmdGolden(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: golden name file")
	}
	data, err := os.ReadFile(filepath.Join(goldenDir, args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o666))
}

// poke FILE OFFSET HEX: overwrites bytes; a negative offset counts from the end. Without HEX, cuts the file there.
func cmdPoke(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: poke file offset [hex]")
	}
	path := ts.MkAbs(args[0])
	offset, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if offset < 0 {
		info, err := os.Stat(path)
		ts.Check(err)
		offset += info.Size()
	}
	if len(args) == 2 {
		ts.Check(os.Truncate(path, offset))
		return
	}
	data, err := hex.DecodeString(args[2])
	ts.Check(err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	ts.Check(err)
	_, err = f.WriteAt(data, offset)
	ts.Check(errors.Join(err, f.Close()))
}

// files DIR NAME...: DIR holds exactly these, hidden ones included.
func cmdFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: files dir names...")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(args[1:], " ") {
		ts.Fatalf("%s holds %q, want %q", args[0], got, args[1:])
	}
}

// match NAME PATTERN: the variable NAME is the path of the one file, or directory, that the pattern matches.
func cmdMatch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: match name pattern")
	}
	paths, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(paths) != 1 {
		ts.Fatalf("%s matches %q, want one path", args[1], paths)
	}
	ts.Setenv(args[0], paths[0])
}
