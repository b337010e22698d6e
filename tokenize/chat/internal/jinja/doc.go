// Package jinja is an interpreter of Jinja templates, as far as chat templates
// need it: text in, text out, with no files, no inheritance and no Python
// beneath.
//
// It gives what jinja2 3.1.2 gives in the environment of Hugging Face's
// transformers: an immutable sandbox with trim_blocks and lstrip_blocks, the
// loop controls, generation blocks, raise_exception, strftime_now, and a tojson
// that escapes nothing for HTML.
//
// # Stages
//
// The lexer (lexer.go, literal.go) cuts the source into tokens, with the white
// space that tags take. The parser (parser.go, parse_expr.go) makes a tree
// (ast.go). The resolver (scope.go, walk.go, resolve.go) settles which variable
// each name means, the way Jinja does when it compiles, so that a run looks no
// names up. The evaluator (exec.go, eval.go, loop.go, call.go, attr.go) walks
// the tree. Beneath it are Python's operators (operator.go, number.go), its
// printing and formatting (repr.go, percent.go, format.go, json.go, strftime.go)
// and its methods (method*.go); beside it Jinja's filters, tests and globals.
//
// # Terminology
//
//   - A value is one of Python's: see [Value]. No value (nil) is a variable
//     before it is set, or an argument that is not given; it is not None, and
//     not Jinja's Undefined.
//   - A function has variables of its own at every call: the template, a macro,
//     a recursive loop. A scope is a part of a function in which names may mean
//     variables of their own. A frame holds the variables of one call.
//   - A step is the unit of work that a run pays for; see [Limits].
//   - An origin says whom a byte of a string comes from; a run is a stretch of
//     one origin. Every operation on strings keeps origins; see [Str].
//   - Markup is a string that Jinja's filter safe has marked: joined to another
//     string by +, it escapes that for HTML.
package jinja
