package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// goPackage is what the source of a package declares.
type goPackage struct {
	structs []*goStruct // in the order of the files' names and of the source
	named   map[string]ast.Expr
	imports map[string]string // paths below the module, by the names they are used under
	groups  []constGroup
	exports []string // types of other packages for TypeScript, "gguf/convert.Options"
}

type goStruct struct {
	name   string
	doc    string
	fields []goField
}

type goField struct {
	name     string // in Go; "" where a struct is embedded
	key      string
	typ      ast.Expr
	doc      string
	optional bool
	ts       string // of a Raw
}

// constGroup is a block of constants with the values that the source gives.
type constGroup struct {
	doc      string
	names    []string
	values   []string
	comments []string
}

const modulePath = "github.com/nibble-go/nibble/"

func parsePackage(dir string) (*goPackage, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	p := &goPackage{named: map[string]ast.Expr{}, imports: map[string]string{}}
	fset := token.NewFileSet()
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_gen.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if err := p.add(f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

func (p *goPackage) add(f *ast.File) error {
	for _, spec := range f.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if below, ok := strings.CutPrefix(path, modulePath); ok {
			p.imports[filepath.Base(below)] = below
		}
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if export, ok := strings.CutPrefix(c.Text, "//abi:export "); ok {
				p.exports = append(p.exports, export)
			}
		}
	}
	for _, decl := range f.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		if d.Tok == token.CONST {
			p.addConsts(d)
			continue
		}
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			doc := t.Doc.Text()
			if doc == "" {
				doc = d.Doc.Text()
			}
			s, ok := t.Type.(*ast.StructType)
			if !ok {
				p.named[t.Name.Name] = t.Type
				continue
			}
			fields, err := fieldsOf(s)
			if err != nil {
				return fmt.Errorf("%s: %w", t.Name.Name, err)
			}
			p.structs = append(p.structs, &goStruct{t.Name.Name, doc, fields})
		}
	}
	return nil
}

// addConsts keeps blocks of constants whose values the source spells.
func (p *goPackage) addConsts(d *ast.GenDecl) {
	group := constGroup{doc: d.Doc.Text()}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		if len(v.Names) != 1 || len(v.Values) != 1 || !v.Names[0].IsExported() {
			return
		}
		value, ok := literal(v.Values[0])
		if !ok {
			return
		}
		group.names = append(group.names, v.Names[0].Name)
		group.values = append(group.values, value)
		group.comments = append(group.comments, strings.TrimSpace(v.Comment.Text()))
	}
	p.groups = append(p.groups, group)
}

func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Value, true
	case *ast.BinaryExpr:
		x, okX := literal(e.X)
		y, okY := literal(e.Y)
		return x + " " + e.Op.String() + " " + y, okX && okY
	}
	return "", false
}

func fieldsOf(s *ast.StructType) ([]goField, error) {
	var fields []goField
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 {
			fields = append(fields, goField{typ: f.Type})
			continue
		}
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		key, options, _ := strings.Cut(tag.Get("json"), ",")
		if key == "" || key == "-" {
			continue
		}
		if len(f.Names) != 1 {
			return nil, fmt.Errorf("fields with one tag: %v", f.Names)
		}
		doc := f.Doc.Text()
		if doc == "" {
			doc = f.Comment.Text()
		}
		fields = append(fields, goField{
			name: f.Names[0].Name, key: key, typ: f.Type, doc: strings.TrimSpace(doc), ts: tag.Get("ts"),
			optional: slices.ContainsFunc(strings.Split(options, ","), func(o string) bool { return o == "omitempty" || o == "omitzero" }),
		})
	}
	return fields, nil
}

// wires are the exported structs.
func (p *goPackage) wires() iter.Seq[*goStruct] {
	return func(yield func(*goStruct) bool) {
		for _, s := range p.structs {
			if ast.IsExported(s.name) && !yield(s) {
				return
			}
		}
	}
}

// reachable returns the names of the structs that is chooses, and of those in
// their fields.
func (p *goPackage) reachable(is func(name string) bool) map[string]bool {
	found := map[string]bool{}
	var add func(s *goStruct)
	add = func(s *goStruct) {
		if s == nil || found[s.name] {
			return
		}
		found[s.name] = true
		for _, f := range s.fields {
			t := f.typ
			if list, ok := t.(*ast.ArrayType); ok {
				t = list.Elt
			}
			if ident, ok := t.(*ast.Ident); ok {
				add(p.find(ident.Name))
			}
		}
	}
	for s := range p.wires() {
		if is(s.name) {
			add(s)
		}
	}
	return found
}

func (p *goPackage) find(name string) *goStruct {
	for _, s := range p.structs {
		if s.name == name {
			return s
		}
	}
	return nil
}
