package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	op "github.com/mmcloughlin/avo/operand"
)

func TestCommittedFiles(t *testing.T) {
	dir := t.TempDir()
	if err := run(dir); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := 4 * len(parts); len(files) != want {
		t.Errorf("%d files, want %d", len(files), want)
	}
	for _, f := range files {
		made, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(filepath.Join("../..", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(made, committed) {
			t.Errorf("%s is not what the generator makes: go generate ./quantize", f.Name())
		}
	}
}

// A kernel that cannot be made is an error of its part, however much comes after it.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		kernels func(m *machine)
		want    string
	}{
		"constant": {func(m *machine) {
			m.function("broken", "s *laneSet", "adds.")
			sum := m.vector()
			m.load(sum, m.constant("unheard"))
			m.add(sum, sum, m.constant("second"))
			m.store(op.Mem{Base: m.parameter("s")}, sum)
			m.end()
		}, `no constant "unheard"`},
		"type": {func(m *machine) {
			m.function("broken", "s *unheard", "adds.")
			m.store(op.Mem{Base: m.parameter("s")}, m.vector())
			m.end()
		}, "broken: "},
		"argument": {func(m *machine) {
			m.predicate("broken", "s *laneSet", "asks.")
			m.broadcast(m.vector(), m.argument("unheard"))
			m.end()
		}, `"unheard"`},
		"parameter": {func(m *machine) {
			m.function("broken", "s *laneSet", "adds.")
			m.parameter("unheard")
			m.end()
		}, `"unheard"`},
		"registers": {func(m *machine) {
			m.function("broken", "s *laneSet", "adds.")
			s := op.Mem{Base: m.parameter("s")}
			live := make([]op.Op, 40)
			for i := range live {
				live[i] = m.vector()
				m.load(live[i], s.Offset(64*i))
			}
			for i, v := range live {
				m.store(s.Offset(64*i), v)
			}
			m.end()
		}, "registers"},
	} {
		for _, m := range []*machine{newAVX2(), newAVX512()} {
			t.Run(name+"/"+m.name, func(t *testing.T) {
				p := part{kernels: c.kernels}
				if _, _, err := p.generate(m); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want %q in it", err, c.want)
				}
			})
		}
	}
}

func TestRunErrors(t *testing.T) {
	if err := run(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("wrote to no directory")
	}
}
