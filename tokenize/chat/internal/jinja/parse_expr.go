package jinja

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// expression reads an expression; with conditional it may be an inline if.
func (p *parser) expression(conditional bool) expr {
	defer p.deeper(&p.nesting, maxNesting)()
	if conditional {
		return p.conditional()
	}
	return p.or()
}

func (p *parser) conditional() expr {
	x := p.or()
	for chain := 1; p.current().isName("if"); chain++ {
		here := at(p.next().at)
		c := &condExpr{at: here, then: x, test: p.or()}
		if p.skipName("else") {
			c.other = p.expression(true)
		}
		x = c
		p.bound(chain)
	}
	return x
}

// bound bounds a chain of operators, which nests to the left, so that what is
// read of it never stands too deep in the tree.
func (p *parser) bound(chain int) {
	if chain > maxChain || chain > maxDeepChain && p.nesting > deepNesting {
		p.failKind(ErrLimit, p.current().at, "too many operators in a row")
	}
}

func (p *parser) or() expr {
	x := p.and()
	for chain := 1; p.current().isName("or"); chain++ {
		p.bound(chain)
		here := at(p.next().at)
		x = &logicExpr{here, true, x, p.and()}
	}
	return x
}

func (p *parser) and() expr {
	x := p.not()
	for chain := 1; p.current().isName("and"); chain++ {
		p.bound(chain)
		here := at(p.next().at)
		x = &logicExpr{here, false, x, p.not()}
	}
	return x
}

func (p *parser) not() expr {
	if t := p.current(); t.isName("not") {
		defer p.deeper(&p.nesting, maxNesting)()
		p.next()
		return &notExpr{at(t.at), p.not()}
	}
	return p.comparison()
}

var comparisons = map[string]operator{"==": opEq, "!=": opNe, "<": opLt, "<=": opLe, ">": opGt, ">=": opGe}

func (p *parser) comparison() expr {
	x := p.sum()
	c := &compareExpr{x: x}
	for {
		t := p.current()
		op, ok := comparisons[t.text]
		switch {
		case t.kind == tokenOperator && ok:
			p.next()
		case t.isName("in"):
			op = opIn
			p.next()
		case t.isName("not") && p.peek().isName("in"):
			op = opNotIn
			p.next()
			p.next()
		case len(c.ops) == 0:
			return x
		default:
			return c
		}
		if len(c.ops) == 0 {
			c.at = at(t.at)
		}
		c.ops = append(c.ops, op)
		c.rest = append(c.rest, p.sum())
	}
}

// leftward reads operators of one rank, which group to the left.
func (p *parser) leftward(operand func() expr, ops map[string]operator) expr {
	x := operand()
	for chain := 1; ; chain++ {
		t := p.current()
		op, ok := ops[t.text]
		if t.kind != tokenOperator || !ok {
			return x
		}
		p.bound(chain)
		p.next()
		x = &binaryExpr{at(t.at), op, x, operand()}
	}
}

var (
	sums     = map[string]operator{"+": opAdd, "-": opSub}
	products = map[string]operator{"*": opMul, "/": opDiv, "//": opFloorDiv, "%": opMod}
	powers   = map[string]operator{"**": opPow}
)

func (p *parser) sum() expr { return p.leftward(p.concat, sums) }

func (p *parser) concat() expr {
	x := p.product()
	if !p.current().isOperator("~") {
		return x
	}
	c := &concatExpr{at(p.current().at), []expr{x}}
	for p.skipOperator("~") {
		c.parts = append(c.parts, p.product())
	}
	return c
}

func (p *parser) product() expr { return p.leftward(p.power, products) }

func (p *parser) power() expr {
	return p.leftward(func() expr { return p.unary(true) }, powers)
}

func (p *parser) unary(filters bool) expr {
	var x expr
	t := p.current()
	switch {
	case t.isOperator("-"), t.isOperator("+"):
		defer p.deeper(&p.nesting, maxNesting)()
		p.next()
		op := opNeg
		if t.text == "+" {
			op = opPos
		}
		x = &unaryExpr{at(t.at), op, p.unary(false)}
	default:
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filtersAndTests(x)
	}
	return x
}

func (p *parser) primary() expr {
	t := p.current()
	here := at(t.at)
	switch t.kind {
	case tokenName:
		p.next()
		switch t.text {
		case "true", "True":
			return &constExpr{here, true}
		case "false", "False":
			return &constExpr{here, false}
		case "none", "None":
			return &constExpr{here, None{}}
		}
		return &nameExpr{at: here, name: t.text}
	case tokenString:
		text := p.next().text
		if p.current().kind != tokenString {
			return &constExpr{here, lit(text)}
		}
		var b strings.Builder
		b.WriteString(text)
		for p.current().kind == tokenString {
			b.WriteString(p.next().text)
		}
		return &constExpr{here, lit(b.String())}
	case tokenInteger:
		p.next()
		return &constExpr{here, p.integer(t)}
	case tokenFloat:
		p.next()
		f, _ := strconv.ParseFloat(t.text, 64) // infinite beyond the range, as in Python
		return &constExpr{here, f}
	case tokenOperator:
		switch t.text {
		case "(":
			p.next()
			x := p.tuple(true, true)
			p.expectOperator(")")
			return x
		case "[":
			return p.list()
		case "{":
			return p.dict()
		}
	}
	p.failAt(t.at, "unexpected ", t.describe())
	return nil
}

func (p *parser) integer(t token) Value {
	if n, err := strconv.ParseInt(t.text, 0, 64); err == nil {
		return n
	}
	if len(t.text) > maxDigits {
		p.failAt(t.at, "invalid integer")
	}
	b, ok := new(big.Int).SetString(t.text, 0)
	if !ok {
		p.failAt(t.at, "invalid integer")
	}
	if b.IsInt64() { // such as 00
		return b.Int64()
	}
	return b
}

// tuple reads an expression, or several with commas between them. empty: there
// may be none.
func (p *parser) tuple(conditional, empty bool) expr {
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
		items = append(items, p.expression(conditional))
		if !p.current().isOperator(",") {
			break
		}
		isTuple = true
	}
	switch {
	case isTuple:
	case len(items) > 0:
		return items[0]
	case !empty || !p.current().isOperator(")"):
		p.failAt(p.current().at, "expected an expression, got ", p.current().describe())
	}
	return &tupleExpr{here, items}
}

func (p *parser) tupleEnds() bool {
	t := p.current()
	return t.kind == tokenVariableEnd || t.kind == tokenBlockEnd || t.isOperator(")")
}

func (p *parser) list() expr {
	x := &listExpr{at: at(p.next().at)}
	for !p.current().isOperator("]") {
		if len(x.items) > 0 {
			p.expectOperator(",")
		}
		if p.current().isOperator("]") {
			break
		}
		x.items = append(x.items, p.expression(true))
	}
	p.expectOperator("]")
	return x
}

func (p *parser) dict() expr {
	x := &dictExpr{at: at(p.next().at)}
	for !p.current().isOperator("}") {
		if len(x.keys) > 0 {
			p.expectOperator(",")
		}
		if p.current().isOperator("}") {
			break
		}
		x.keys = append(x.keys, p.expression(true))
		p.expectOperator(":")
		x.values = append(x.values, p.expression(true))
	}
	p.expectOperator("}")
	return x
}

// postfix reads attributes, items and calls.
func (p *parser) postfix(x expr) expr {
	for chain := 1; ; chain++ {
		t := p.current()
		if t.kind != tokenOperator {
			return x
		}
		switch t.text {
		case ".", "[":
			x = p.subscript(x)
		case "(":
			x = p.call(x)
		default:
			return x
		}
		p.bound(chain)
	}
}

// filtersAndTests reads filters, tests and calls of what they make.
func (p *parser) filtersAndTests(x expr) expr {
	for chain := 1; ; chain++ {
		t := p.current()
		switch {
		case t.isOperator("|"):
			x = p.filters(x, false)
		case t.isName("is"):
			x = p.test(x)
		case t.isOperator("("):
			x = p.call(x)
		default:
			return x
		}
		p.bound(chain)
	}
}

func (p *parser) subscript(x expr) expr {
	t := p.next()
	if t.text == "." {
		attr := p.next()
		switch attr.kind {
		case tokenName:
			return &attrExpr{at(attr.at), x, lit(attr.text)}
		case tokenInteger:
			return &itemExpr{at(attr.at), x, &constExpr{at(attr.at), p.integer(attr)}}
		}
		p.failAt(attr.at, "expected name or number, got ", attr.describe())
	}
	var items []expr
	for !p.current().isOperator("]") {
		if len(items) > 0 {
			p.expectOperator(",")
		}
		items = append(items, p.subscribed())
	}
	p.expectOperator("]")
	if len(items) == 1 {
		return &itemExpr{at(t.at), x, items[0]}
	}
	for _, item := range items {
		if _, ok := item.(*sliceExpr); ok {
			p.failAt(item.place(), "a slice beside another subscript")
		}
	}
	return &itemExpr{at(t.at), x, &tupleExpr{at(t.at), items}}
}

// subscribed reads an index or a slice.
func (p *parser) subscribed() expr {
	here := at(p.current().at)
	s := &sliceExpr{at: here}
	if !p.current().isOperator(":") {
		x := p.expression(true)
		if !p.current().isOperator(":") {
			return x
		}
		s.start = x
	}
	p.next()
	ends := func() bool {
		t := p.current()
		return t.kind == tokenOperator && (t.text == "]" || t.text == "," || t.text == ":")
	}
	if !ends() {
		s.stop = p.expression(true)
	}
	if p.skipOperator(":") && !ends() {
		s.step = p.expression(true)
	}
	return s
}

func (p *parser) call(x expr) expr {
	t := p.current()
	return &callExpr{at(t.at), x, p.arguments()}
}

func (p *parser) arguments() arguments {
	var a arguments
	open := p.expectOperator("(")
	fail := func() { p.failAt(p.current().at, "invalid syntax for function call expression") }
	first := true
	for !p.current().isOperator(")") {
		if !first {
			p.expectOperator(",")
			if p.current().isOperator(")") {
				break
			}
		}
		first = false
		p.boundArguments(len(a.positional) + len(a.names))
		switch t := p.current(); {
		case t.isOperator("*"):
			if a.star != nil || a.doubleStar != nil {
				fail()
			}
			p.next()
			a.star = p.expression(true)
		case t.isOperator("**"):
			if a.doubleStar != nil {
				fail()
			}
			p.next()
			a.doubleStar = p.expression(true)
		case t.kind == tokenName && p.peek().isOperator("="):
			if a.doubleStar != nil {
				fail()
			}
			if slices.ContainsFunc(a.names, func(name *Str) bool { return name.s == t.text }) {
				p.failAt(t.at, "keyword argument repeated: ", t.text)
			}
			p.next()
			p.next()
			a.names = append(a.names, lit(t.text))
			a.values = append(a.values, p.expression(true))
		default:
			if a.star != nil || a.doubleStar != nil || len(a.names) > 0 {
				fail()
			}
			a.positional = append(a.positional, p.expression(true))
		}
	}
	if t := p.current(); !t.isOperator(")") {
		p.failAt(open.at, "the brackets are not closed")
	}
	p.next()
	return a
}

// boundArguments bounds arguments and parameters, each of which is compared with
// the others.
func (p *parser) boundArguments(n int) {
	if n >= maxArguments {
		p.failKind(ErrLimit, p.current().at, "too many arguments")
	}
}

// dottedName reads the name of a filter or test.
func (p *parser) dottedName() (name string, here at) {
	t := p.expect(tokenName)
	if !p.current().isOperator(".") {
		return t.text, at(t.at)
	}
	var b strings.Builder
	b.WriteString(t.text)
	for p.skipOperator(".") {
		b.WriteByte('.')
		b.WriteString(p.expect(tokenName).text)
	}
	return b.String(), at(t.at)
}

// filters reads filters of x. inline: the first one has no | in front.
func (p *parser) filters(x expr, inline bool) expr {
	for chain := 1; inline || p.current().isOperator("|"); chain++ {
		p.bound(chain)
		if !inline {
			p.next()
		}
		inline = false
		f := &filterExpr{x: x}
		f.name, f.at = p.dottedName()
		if p.current().isOperator("(") {
			f.args = p.arguments()
		}
		f.filter = filters[f.name]
		x = f
	}
	return x
}

func (p *parser) test(x expr) expr {
	p.next()
	negated := p.skipName("not")
	t := &testExpr{x: x}
	t.name, t.at = p.dottedName()
	switch c := p.current(); {
	case c.isOperator("("):
		t.args = p.arguments()
	case c.kind == tokenString, c.kind == tokenInteger, c.kind == tokenFloat,
		c.isOperator("["), c.isOperator("{"),
		c.kind == tokenName && c.text != "else" && c.text != "or" && c.text != "and":
		if c.isName("is") {
			p.failAt(c.at, "you cannot chain multiple tests with is")
		}
		t.args.positional = []expr{p.postfix(p.primary())}
	}
	t.test = tests[t.name]
	if negated {
		return &notExpr{t.at, t}
	}
	return t
}
