package jinja

// An expr is an expression.
type expr interface{ place() int }

// A stmt is a statement.
type stmt interface{ place() int }

// at is the byte of the source that a node is reported at.
type at int

func (a at) place() int { return int(a) }

// Expressions.
type (
	constExpr struct {
		at
		value Value
	}

	// A nameExpr is a variable. Its binding is settled by the resolver.
	nameExpr struct {
		at
		name string
		ref  ref
	}

	listExpr struct {
		at
		items []expr
	}

	tupleExpr struct {
		at
		items []expr
	}

	dictExpr struct {
		at
		keys, values []expr
	}

	// A condExpr is `then if test else other`; other may be nil.
	condExpr struct {
		at
		test, then, other expr
	}

	binaryExpr struct {
		at
		op   operator
		x, y expr
	}

	unaryExpr struct {
		at
		op operator
		x  expr
	}

	notExpr struct {
		at
		x expr
	}

	// A logicExpr is `x and y` or `x or y`.
	logicExpr struct {
		at
		or   bool
		x, y expr
	}

	// A compareExpr is x op y, or a chain of them: x < y < z.
	compareExpr struct {
		at
		x    expr
		ops  []operator
		rest []expr
	}

	// A concatExpr is x ~ y ~ z.
	concatExpr struct {
		at
		parts []expr
	}

	// An attrExpr is x.name.
	attrExpr struct {
		at
		x    expr
		name *Str
	}

	// An itemExpr is x[index].
	itemExpr struct {
		at
		x, index expr
	}

	// A sliceExpr is the start:stop:step in x[...]; each may be nil.
	sliceExpr struct {
		at
		start, stop, step expr
	}

	callExpr struct {
		at
		x    expr
		args arguments
	}

	// A filterExpr is x|name(args). x is nil for the first filter of a filter
	// block.
	filterExpr struct {
		at
		x      expr
		name   string
		args   arguments
		filter *builtin // nil: there is none of that name
	}

	// A testExpr is x is name(args).
	testExpr struct {
		at
		x    expr
		name string
		args arguments
		test *builtin // nil: there is none of that name
	}
)

// arguments are those of a call. star and doubleStar are the values of *x and
// **x, or nil.
type arguments struct {
	positional       []expr
	names            []*Str // of the keyword arguments
	values           []expr // parallel to names
	star, doubleStar expr
}

// Targets of assignments are *nameExpr, *tupleExpr of targets, or *attrTarget.

// An attrTarget is a namespace's attribute that is assigned to.
type attrTarget struct {
	nameExpr
	attr *Str
}

// Statements.
type (
	outputStmt struct {
		at
		x expr
	}

	// A textStmt is the text between tags.
	textStmt struct {
		at
		text *Str
	}

	ifStmt struct {
		at
		test   expr
		body   []stmt
		elifs  []*ifStmt // each without elifs and orElse of its own
		orElse []stmt
	}

	forStmt struct {
		at
		target    expr
		iter      expr
		test      expr // nil: none
		body      []stmt
		orElse    []stmt
		recursive bool

		// Settled by the resolver.
		usesLoop   bool
		loopRef    ref
		testTarget expr // the target in the scope of the test
		testScope  scope
		bodyScope  scope
		elseScope  scope
		fn         *function // of a recursive loop; nil: another one
	}

	setStmt struct {
		at
		target, value expr
	}

	// A setBlock is {% set x %}...{% endset %}.
	setBlock struct {
		at
		target expr
		filter expr // *filterExpr, or nil
		body   []stmt
		scope  scope
	}

	// A macroDef is a macro, or the body of a call block.
	macroDef struct {
		at
		name     string // "": the body of a call block
		nameRef  ref
		params   []*nameExpr
		defaults []expr // of the last parameters
		body     []stmt

		// Settled by the resolver.
		fn                                  *function
		scope                               scope
		callerRef, kwargsRef, varargsRef    ref
		usesCaller, usesKwargs, usesVarargs bool
	}

	callBlock struct {
		at
		call *callExpr // nil: a generation block
		body *macroDef
	}

	filterBlock struct {
		at
		filter expr // *filterExpr
		body   []stmt
		scope  scope
	}

	withStmt struct {
		at
		targets, values []expr
		body            []stmt
		scope           scope
	}

	// A loadStmt asks for another template: include, import, from and extends.
	loadStmt struct {
		at
		template      expr
		extends       bool
		ignoreMissing bool
	}

	// A loopControl is {% break %} or {% continue %}.
	loopControl struct {
		at
		next bool // continue; else break
	}
)
