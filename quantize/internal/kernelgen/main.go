// Command kernelgen writes the assembly kernels of package quantize, and the Go
// declarations for them.
//
//	go run . -dir ../..
//
// One description serves both instruction sets: machine.go says what differs. It
// is a module of its own, so that users of nibble do not depend on avo.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	dir := flag.String("dir", "", "write the files to this `directory`")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "kernelgen:", err)
		os.Exit(1)
	}
}

// A part is a file of kernels for each machine.
type part struct {
	name         string
	introduction string // for maintainers, behind the one of the machine
	kernels      func(m *machine)
}

var parts = []part{
	{"search", searchIntroduction, (*machine).searches},
	{"blocks", blocksIntroduction, (*machine).blocks},
	{"halves", halvesIntroduction, (*machine).halves},
	{"decode", decodeIntroduction, (*machine).decoders},
	{"lattice", latticeIntroduction, (*machine).lattices},
	{"finite", finiteIntroduction, (*machine).finite},
	{"errors", errorsIntroduction, (*machine).errorSums},
	{"ternary", ternaryIntroduction, (*machine).ternary},
}

func run(dir string) error {
	for _, p := range parts {
		for _, m := range []*machine{newAVX2(), newAVX512()} {
			assembly, declarations, err := p.generate(m)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", p.name, m.name, err)
			}
			base := filepath.Join(dir, "kernel_"+p.name+"_"+strings.ToLower(m.name)+"_amd64")
			if err := errors.Join(os.WriteFile(base+".s", assembly, 0o644), os.WriteFile(base+".go", declarations, 0o644)); err != nil {
				return err
			}
		}
	}
	return nil
}

// generate returns the assembly of the kernels of a machine and their declarations.
func (p *part) generate(m *machine) (assembly, declarations []byte, err error) {
	m.ConstraintExpr("!purego")
	p.kernels(m)
	if m.err != nil {
		return nil, nil, m.err
	}
	file, err := m.Result()
	if err != nil {
		return nil, nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, nil, err
	}
	cfg := printer.Config{Name: "kernelgen", Argv: []string{"kernelgen"}, Pkg: "quantize"}
	if assembly, err = printer.NewGoAsm(cfg).Print(file); err != nil {
		return nil, nil, err
	}
	if declarations, err = printer.NewStubs(cfg).Print(file); err != nil {
		return nil, nil, err
	}
	// Avo takes the registers above 15 where it runs out of the others, although
	// they need AVX-512, and AVX-512VL where they are not whole.
	above := aboveAVX2
	if m.wide {
		above = aboveAVX512F
	}
	if r := above.Find(assembly); r != nil {
		return nil, nil, fmt.Errorf("more than 16 registers live at a time: %s", r)
	}
	head, tail, _ := bytes.Cut(assembly, []byte("\n\n"))
	return bytes.Join([][]byte{head, []byte(comment(m.introduction() + p.introduction)), tail}, []byte("\n\n")), declarations, nil
}

var (
	aboveAVX2    = regexp.MustCompile(`\b[XY](1[6-9]|[23][0-9])\b|\bZ[0-9]+\b|\bK[0-7]\b`)
	aboveAVX512F = regexp.MustCompile(`\b[XY](1[6-9]|[23][0-9])\b`)
)

func comment(text string) string {
	return "// " + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n// "), "// \n", "//\n")
}

// function begins a kernel, which the machine's name is appended to.
func (m *machine) function(name, parameters, doc string) {
	m.declare(name, "func("+parameters+")", doc)
}

// predicate begins a kernel that answers a question.
func (m *machine) predicate(name, parameters, doc string) {
	m.declare(name, "func("+parameters+") bool", doc)
}

func (m *machine) declare(name, signature, doc string) {
	m.Function(name + m.name)
	m.Attributes(attr.NOSPLIT)
	m.Doc(wrap(name + m.name + " " + doc)...)
	m.Pragma("noescape")
	s, err := gotypes.ParseSignatureInPackage(scratchTypes(), signature)
	if err != nil {
		m.fail(fmt.Errorf("%s: %w", name, err))
		return
	}
	m.Signature(s)
}

// wrap breaks text into lines.
func wrap(text string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+len(word) > 80 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// scratchTypes is package quantize as far as the parameters need it. The layout of
// the types stands in layout.go.
func scratchTypes() *types.Package {
	p := types.NewPackage("quantize", "quantize")
	for _, name := range []string{"row", "plane", "laneSet", "lanePair", "laneSums", "latticeSet", "lattice8", "lattice4", "ternarySet", "ternaryMove"} {
		object := types.NewTypeName(0, p, name, nil)
		types.NewNamed(object, types.NewStruct(nil, nil), nil)
		p.Scope().Insert(object)
	}
	return p
}

// end ends a kernel.
func (m *machine) end() {
	m.VZEROUPPER() // or what comes next is slow
	m.RET()
}
