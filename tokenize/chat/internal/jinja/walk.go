package jinja

// findAll looks through what a scope does itself, without the scopes within it,
// and notes its names.
func (s *symbols) findAll(body []stmt) {
	for _, n := range body {
		s.findIn(n)
	}
}

func (s *symbols) findIn(n stmt) {
	switch n := n.(type) {
	case *outputStmt:
		s.findExpr(n.x)
	case *ifStmt:
		s.findIf(n)
	case *forStmt:
		s.findExpr(n.iter)
	case *setStmt:
		s.findExpr(n.value)
		s.findTarget(n.target, false)
	case *setBlock:
		s.findTarget(n.target, false)
	case *macroDef:
		s.store(n.name)
	case *callBlock:
		if n.call != nil {
			s.findExpr(n.call)
		}
	case *filterBlock:
		s.findExpr(n.filter)
	case *withStmt:
		for _, v := range n.values {
			s.findExpr(v)
		}
	case *loadStmt:
		s.findExpr(n.template)
	}
}

// findIf follows Jinja, which takes all elif branches together for one.
func (s *symbols) findIf(n *ifStmt) {
	s.findExpr(n.test)
	branches := []*symbols{s.branch(), s.branch(), s.branch()}
	branches[0].findAll(n.body)
	for _, elif := range n.elifs {
		branches[1].findIf(elif)
	}
	branches[2].findAll(n.orElse)
	s.join(branches)
}

func (s *symbols) findTarget(x expr, parameter bool) {
	switch x := x.(type) {
	case *nameExpr:
		if parameter {
			s.parameter(x.name)
		} else {
			s.store(x.name)
		}
	case *attrTarget:
		s.load(x.name)
	case *tupleExpr:
		for _, item := range x.items {
			s.findTarget(item, parameter)
		}
	}
}

func (s *symbols) findExpr(x expr) {
	eachName(x, func(n *nameExpr) { s.load(n.name) })
}

// eachName calls do with the variables that an expression reads, in the order
// of Jinja's nodes.
func eachName(x expr, do func(*nameExpr)) {
	if n, ok := x.(*nameExpr); ok {
		do(n)
		return
	}
	eachChild(x, func(child expr) { eachName(child, do) })
}

// eachChild calls do with the parts of an expression.
func eachChild(x expr, do func(expr)) {
	all := func(xs ...expr) {
		for _, x := range xs {
			if x != nil {
				do(x)
			}
		}
	}
	args := func(a arguments) {
		all(a.positional...)
		all(a.values...)
		all(a.star, a.doubleStar)
	}
	switch x := x.(type) {
	case *listExpr:
		all(x.items...)
	case *tupleExpr:
		all(x.items...)
	case *dictExpr:
		for i := range x.keys {
			all(x.keys[i], x.values[i])
		}
	case *condExpr:
		all(x.test, x.then, x.other)
	case *binaryExpr:
		all(x.x, x.y)
	case *unaryExpr:
		all(x.x)
	case *notExpr:
		all(x.x)
	case *logicExpr:
		all(x.x, x.y)
	case *compareExpr:
		all(x.x)
		all(x.rest...)
	case *concatExpr:
		all(x.parts...)
	case *attrExpr:
		all(x.x)
	case *itemExpr:
		all(x.x, x.index)
	case *sliceExpr:
		all(x.start, x.stop, x.step)
	case *callExpr:
		all(x.x)
		args(x.args)
	case *filterExpr:
		all(x.x)
		args(x.args)
	case *testExpr:
		all(x.x)
		args(x.args)
	}
}

// A nameUse is a name where it is read, set, or declared as a parameter.
type nameUse uint8

const (
	nameRead nameUse = iota
	nameSet
	nameParameter
)

// eachUse calls do with all names in statements, scopes within them included.
func eachUse(body []stmt, do func(n *nameExpr, use nameUse)) {
	read := func(xs ...expr) {
		for _, x := range xs {
			if x != nil {
				eachName(x, func(n *nameExpr) { do(n, nameRead) })
			}
		}
	}
	for _, s := range body {
		switch s := s.(type) {
		case *outputStmt:
			read(s.x)
		case *ifStmt:
			read(s.test)
			eachUse(s.body, do)
			for _, elif := range s.elifs {
				eachUse([]stmt{elif}, do)
			}
			eachUse(s.orElse, do)
		case *forStmt:
			eachTarget(s.target, nameSet, do)
			read(s.iter)
			eachUse(s.body, do)
			eachUse(s.orElse, do)
			read(s.test)
		case *setStmt:
			eachTarget(s.target, nameSet, do)
			read(s.value)
		case *setBlock:
			eachTarget(s.target, nameSet, do)
			read(s.filter)
			eachUse(s.body, do)
		case *macroDef:
			eachMacroUse(s, do)
		case *callBlock:
			if s.call != nil {
				read(s.call)
			}
			eachMacroUse(s.body, do)
		case *filterBlock:
			eachUse(s.body, do)
			read(s.filter)
		case *withStmt:
			for _, target := range s.targets {
				eachTarget(target, nameParameter, do)
			}
			read(s.values...)
			eachUse(s.body, do)
		case *loadStmt:
			read(s.template)
		}
	}
}

func eachMacroUse(m *macroDef, do func(*nameExpr, nameUse)) {
	for _, param := range m.params {
		do(param, nameParameter)
	}
	for _, x := range m.defaults {
		eachName(x, func(n *nameExpr) { do(n, nameRead) })
	}
	eachUse(m.body, do)
}

func eachTarget(x expr, use nameUse, do func(*nameExpr, nameUse)) {
	switch x := x.(type) {
	case *nameExpr:
		do(x, use)
	case *tupleExpr:
		for _, item := range x.items {
			eachTarget(item, use, do)
		}
	}
}

// reads reports which of the names are read before they are set, as far as the
// order of nodes tells.
func reads(body []stmt, names ...string) map[string]bool {
	left := map[string]bool{}
	for _, name := range names {
		left[name] = true
	}
	found := map[string]bool{}
	eachUse(body, func(n *nameExpr, use nameUse) {
		switch {
		case !left[n.name]:
		case use == nameRead:
			found[n.name] = true
		default:
			delete(left, n.name)
		}
	})
	return found
}
