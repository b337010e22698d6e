package jinja

import "strings"

// Statements that load another template. transformers gives templates no loader,
// so that Jinja parses them, and fails where one is reached.

func (p *parser) include(here at) stmt {
	s := &loadStmt{at: here, template: p.expression(true)}
	if p.current().isName("ignore") && p.peek().isName("missing") {
		p.next()
		p.next()
		s.ignoreMissing = true
	}
	p.loadContext()
	return s
}

func (p *parser) importStmt(here at) stmt {
	s := &loadStmt{at: here, template: p.expression(true)}
	p.expectName("as")
	p.nameTarget(p.expect(tokenName))
	p.loadContext()
	return s
}

func (p *parser) from(here at) stmt {
	s := &loadStmt{at: here, template: p.expression(true)}
	p.expectName("import")
	for first := true; first || p.skipOperator(","); first = false {
		if p.loadContext() {
			break
		}
		t := p.expect(tokenName)
		if p.nameTarget(t); strings.HasPrefix(t.text, "_") {
			p.failAt(t.at, "names starting with an underline can not be imported")
		}
		if p.skipName("as") {
			p.nameTarget(p.expect(tokenName))
		}
		if p.loadContext() {
			break
		}
	}
	return s
}

// loadContext reads which variables the other template is to have, and reports
// whether it is said.
func (p *parser) loadContext() bool {
	if t := p.current(); !t.isName("with") && !t.isName("without") || !p.peek().isName("context") {
		return false
	}
	p.next()
	p.next()
	return true
}
