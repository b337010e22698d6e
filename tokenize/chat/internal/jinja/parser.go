package jinja

import (
	"slices"
	"strings"
)

// A parser makes a tree of tokens, by the rules of Jinja's own parser, whose
// methods its methods follow one by one.
type parser struct {
	name    string
	source  string
	tokens  []token
	i       int
	nesting int // brackets and the like that the current token stands in
	inner   int // statements that it stands in
	end     []string
	loops   int // loops around, within the same macro
}

// parse returns the statements of a source without carriage returns.
func parse(name, source string) (body []stmt, err error) {
	tokens, err := lex(name, source)
	if err != nil {
		return nil, err
	}
	defer recoverFailure(&err)
	p := &parser{name: name, source: source, tokens: tokens}
	return p.body(), nil
}

func (p *parser) failAt(at int, parts ...string) {
	p.failKind(ErrSyntax, at, parts...)
}

func (p *parser) failKind(kind error, at int, parts ...string) {
	panic(failure{newError(p.name, p.source, at, kind, strings.Join(parts, ""))})
}

func (p *parser) current() token { return p.tokens[p.i] }

func (p *parser) peek() token { return p.tokens[min(p.i+1, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.i]
	if p.i < len(p.tokens)-1 {
		p.i++
	}
	return t
}

func (p *parser) skipOperator(op string) bool {
	if p.current().isOperator(op) {
		p.next()
		return true
	}
	return false
}

func (p *parser) skipName(name string) bool {
	if p.current().isName(name) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(kind tokenKind) token {
	if t := p.current(); t.kind != kind {
		p.failAt(t.at, "expected ", kind.String(), ", got ", t.describe())
	}
	return p.next()
}

func (p *parser) expectOperator(op string) token {
	if t := p.current(); !t.isOperator(op) {
		p.failAt(t.at, "expected '", op, "', got ", t.describe())
	}
	return p.next()
}

func (p *parser) expectName(name string) {
	if t := p.current(); !t.isName(name) {
		p.failAt(t.at, "expected '", name, "', got ", t.describe())
	}
	p.next()
}

// deeper bounds what stands within each other; its result undoes it.
func (p *parser) deeper(depth *int, most int) func() {
	if *depth++; *depth > most {
		p.failKind(ErrLimit, p.current().at, "nested too deeply")
	}
	return func() { *depth-- }
}

// body reads statements up to the tag that ends them, or the end of the
// template.
func (p *parser) body(end ...string) []stmt {
	defer p.deeper(&p.inner, maxStatements)()
	outer := p.end
	p.end = end
	defer func() { p.end = outer }()
	var body []stmt
	for {
		switch t := p.next(); t.kind {
		case tokenEOF:
			if len(end) > 0 {
				p.failAt(t.at, "unexpected end of template: looking for ", strings.Join(end, " or "))
			}
			return body
		case tokenData:
			body = append(body, &textStmt{at(t.at), lit(t.text)})
		case tokenVariableBegin:
			x := p.tuple(true, false)
			p.expect(tokenVariableEnd)
			body = append(body, &outputStmt{at(x.place()), x})
		case tokenBlockBegin:
			if c := p.current(); c.kind == tokenName && slices.Contains(end, c.text) {
				return body
			}
			if s := p.statement(t.at); s != nil {
				body = append(body, s...)
			}
			p.expect(tokenBlockEnd)
		}
	}
}

// block reads the body of a statement behind its head, up to one of the words
// that end it, which it leaves to be read.
func (p *parser) block(end ...string) []stmt {
	p.skipOperator(":")
	p.expect(tokenBlockEnd)
	return p.body(end...)
}

// wholeBlock reads a body with the word that ends it.
func (p *parser) wholeBlock(end string) []stmt {
	body := p.block(end)
	p.next()
	return body
}

func (p *parser) statement(tag int) []stmt {
	t := p.current()
	if t.kind != tokenName {
		p.failAt(t.at, "tag name expected")
	}
	p.next()
	here := at(t.at)
	switch t.text {
	case "for":
		return []stmt{p.forStmt(here)}
	case "if":
		return []stmt{p.ifStmt(here)}
	case "set":
		return []stmt{p.setStmt(here)}
	case "macro":
		return []stmt{p.macro(here)}
	case "call":
		return []stmt{p.callBlock(here)}
	case "filter":
		return []stmt{p.filterBlock(here)}
	case "with":
		return []stmt{p.withStmt(here)}
	case "print":
		return p.printStmt()
	case "generation":
		body := p.macroBody(here, "", "endgeneration")
		return []stmt{&callBlock{at: here, body: body}}
	case "break", "continue":
		if p.loops == 0 {
			p.failAt(t.at, "'", t.text, "' outside loop")
		}
		return []stmt{&loopControl{here, t.text == "continue"}}
	case "include":
		return []stmt{p.include(here)}
	case "import":
		return []stmt{p.importStmt(here)}
	case "from":
		return []stmt{p.from(here)}
	case "extends":
		return []stmt{&loadStmt{at: here, template: p.expression(true), extends: true}}
	case "block", "autoescape":
		p.failKind(ErrUnsupported, t.at, "the tag ", quote(t.text))
	}
	if len(p.end) > 0 {
		p.failAt(t.at, "unknown tag ", quote(t.text), "; looking for ", strings.Join(p.end, " or "))
	}
	p.failAt(t.at, "unknown tag ", quote(t.text))
	return nil
}

func (p *parser) printStmt() []stmt {
	var body []stmt
	for p.current().kind != tokenBlockEnd {
		if len(body) > 0 {
			p.expectOperator(",")
		}
		x := p.expression(true)
		body = append(body, &outputStmt{at(x.place()), x})
	}
	return body
}

func (p *parser) forStmt(here at) stmt {
	s := &forStmt{at: here}
	s.target = p.target()
	p.expectName("in")
	s.iter = p.tuple(false, false)
	if p.skipName("if") {
		s.test = p.expression(true)
	}
	s.recursive = p.skipName("recursive")
	leave := p.deeper(&p.loops, maxLoops)
	s.body = p.block("endfor", "else")
	leave()
	if p.next().text == "else" {
		s.orElse = p.wholeBlock("endfor")
	}
	return s
}

func (p *parser) ifStmt(here at) stmt {
	s := &ifStmt{at: here, test: p.tuple(false, false)}
	s.body = p.block("elif", "else", "endif")
	for {
		t := p.next()
		switch t.text {
		case "elif":
			branch := &ifStmt{at: at(t.at), test: p.tuple(false, false)}
			branch.body = p.block("elif", "else", "endif")
			s.elifs = append(s.elifs, branch)
			continue
		case "else":
			s.orElse = p.wholeBlock("endif")
		}
		return s
	}
}

func (p *parser) setStmt(here at) stmt {
	target := p.namespaceTarget()
	if p.skipOperator("=") {
		return &setStmt{here, target, p.tuple(true, false)}
	}
	s := &setBlock{at: here, target: target}
	s.filter = p.filters(nil, false)
	s.body = p.wholeBlock("endset")
	return s
}

// namespaceTarget reads what may be set: names, or one attribute.
func (p *parser) namespaceTarget() expr {
	if p.peek().isOperator(".") {
		name := p.expect(tokenName)
		p.next()
		attr := p.expect(tokenName)
		return &attrTarget{nameExpr{at: at(name.at), name: name.text}, lit(attr.text)}
	}
	return p.target()
}

func (p *parser) nameTarget(t token) *nameExpr {
	switch t.text {
	case "true", "false", "none", "True", "False", "None":
		p.failAt(t.at, "can't assign to ", quote(t.text))
	}
	return &nameExpr{at: at(t.at), name: t.text}
}

// target reads names that are assigned to. As in Jinja, no comma may stand in
// front of the in of a loop.
func (p *parser) target() expr {
	here := at(p.current().at)
	var items []expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expectOperator(",")
		}
		if p.tupleEnds() {
			break
		}
		items = append(items, p.oneTarget())
		if !p.current().isOperator(",") {
			break
		}
		isTuple = true
	}
	if len(items) == 0 {
		p.failAt(int(here), "expected a name, got ", p.current().describe())
	}
	if !isTuple {
		return items[0]
	}
	return &tupleExpr{here, items}
}

// oneTarget reads a name, or names in brackets.
func (p *parser) oneTarget() expr {
	if open := p.current(); open.isOperator("(") {
		defer p.deeper(&p.nesting, maxNesting)()
		p.next()
		x := p.target()
		p.expectOperator(")")
		return x
	}
	return p.nameTarget(p.expect(tokenName))
}

func (p *parser) macro(here at) stmt {
	name := p.nameTarget(p.expect(tokenName))
	return p.macroBody(here, name.name, "endmacro")
}

// macroBody reads parameters, where there are brackets, and a body, in which
// the loops around do not count.
func (p *parser) macroBody(here at, name, end string) *macroDef {
	m := &macroDef{at: here, name: name}
	if name != "" || p.current().isOperator("(") {
		p.parameters(m)
	}
	p.finishMacro(m, end)
	return m
}

func (p *parser) finishMacro(m *macroDef, end string) {
	loops := p.loops
	p.loops = 0
	m.body = p.wholeBlock(end)
	p.loops = loops
}

func (p *parser) parameters(m *macroDef) {
	p.expectOperator("(")
	for !p.current().isOperator(")") {
		if len(m.params) > 0 {
			p.expectOperator(",")
		}
		p.boundArguments(len(m.params))
		param := p.nameTarget(p.expect(tokenName))
		if slices.ContainsFunc(m.params, func(other *nameExpr) bool { return other.name == param.name }) {
			p.failAt(param.place(), "duplicate parameter ", quote(param.name))
		}
		switch {
		case p.skipOperator("="):
			m.defaults = append(m.defaults, p.expression(true))
		case len(m.defaults) > 0:
			p.failAt(p.current().at, "non-default argument follows default argument")
		}
		m.params = append(m.params, param)
	}
	p.expectOperator(")")
}

func (p *parser) callBlock(here at) stmt {
	m := &macroDef{at: here}
	if p.current().isOperator("(") {
		p.parameters(m)
	}
	x := p.expression(true)
	call, ok := x.(*callExpr)
	if !ok {
		p.failAt(x.place(), "expected call")
	}
	p.finishMacro(m, "endcall")
	return &callBlock{here, call, m}
}

func (p *parser) filterBlock(here at) stmt {
	s := &filterBlock{at: here}
	s.filter = p.filters(nil, true)
	s.body = p.wholeBlock("endfilter")
	return s
}

func (p *parser) withStmt(here at) stmt {
	s := &withStmt{at: here}
	for p.current().kind != tokenBlockEnd {
		if len(s.targets) > 0 {
			p.expectOperator(",")
		}
		s.targets = append(s.targets, p.target())
		p.expectOperator("=")
		s.values = append(s.values, p.expression(true))
	}
	s.body = p.wholeBlock("endwith")
	return s
}
