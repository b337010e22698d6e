package chat_test

import (
	"errors"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/chat"
)

func isUnsupported(err error) bool { return errors.Is(err, chat.ErrUnsupported) }

func isBeyondLimits(err error) bool { return errors.Is(err, chat.ErrLimit) }

// drawTemplate draws a template of Jinja's whole grammar. Most are about
// something: names, methods and filters come from lists, and only how they are
// put together is chance.
func drawTemplate(t *rapid.T) string {
	d := drawing{t}
	return `{%- set ns = namespace(a=1, b="B") %}{% macro m(a, b=2) %}<{{ a }}{{ b }}>{% endmacro %}` + d.statements(2)
}

type drawing struct{ t *rapid.T }

func (d drawing) pick(from ...string) string { return rapid.SampledFrom(from).Draw(d.t, "word") }

// one reports true once in n draws, as shrinking makes it false.
func (d drawing) one(n int) bool { return rapid.IntRange(1, n).Draw(d.t, "chance") == n }

func (d drawing) words(list string) string { return d.pick(strings.Fields(list)...) }

// lines picks a line of a list.
func (d drawing) lines(list string) string {
	return d.pick(strings.Split(strings.TrimSpace(list), "\n")...)
}

func (d drawing) statements(depth int) string {
	var b strings.Builder
	for range rapid.IntRange(1, 3).Draw(d.t, "statements") {
		b.WriteString(d.statement(depth))
	}
	return b.String()
}

func (d drawing) tag(body string) string {
	return "{%" + d.pick("", "", "-", "+") + " " + body + " " + d.pick("", "", "-", "+") + "%}"
}

func (d drawing) text() string {
	return d.pick("a", "\n", "  ", "b\n", "\n  ", " c ", "\t", "", "x\n\n", "é", "{ }", "# line\n")
}

func (d drawing) statement(depth int) string {
	if depth <= 0 {
		return d.output(2)
	}
	body := func() string { return d.statements(depth - 1) }
	switch d.words("out out out if for set block macro call filter with generation load plain raw") {
	case "if":
		s := d.tag("if "+d.expression(2)) + body()
		if d.one(3) {
			s += d.tag("elif "+d.expression(1)) + body()
		}
		if d.one(2) {
			s += d.tag("else") + body()
		}
		return s + d.tag("endif")
	case "for":
		target := d.lines("x\ny\ni\nk, v\nx, y")
		s := d.tag("for "+target+" in "+d.lines("l\nls\nrange(3)\nd.items()\nd\nmsgs\nld\ns\nempty\nmsgs|reverse\nrange(n)\n"+d.expression(1))+d.pick("", "", " if "+d.expression(1), " recursive")) + body()
		if d.one(4) {
			s += d.tag("if "+d.expression(1)) + d.tag(d.words("break continue")) + d.tag("endif")
		}
		s += d.pick("", "{{ loop.index }}/{{ loop.revindex0 }}{{ loop.last }}", "{{ loop.previtem }}{{ loop.nextitem }}", "{{ loop.cycle('a', 'b') }}{{ loop.changed(x) }}", "{{ loop }}")
		if d.one(4) {
			s += d.tag("else") + body()
		}
		return s + d.tag("endfor")
	case "set":
		return d.tag("set " + d.lines("x\ny\nq\nn\nns.a\nns.b\nx, y\nl") + " = " + d.expression(2))
	case "block":
		return d.tag("set "+d.words("x y q")+d.pick("", " | upper", " | trim", " | length")) + body() + d.tag("endset")
	case "macro":
		return d.tag("macro m("+d.pick("", "a", "a, b=2", "x, b=n", "a=1", "a, b=a")+")") + body() +
			d.pick("{{ a }}", "{{ b }}", "{{ caller() if caller }}", "{{ varargs }}", "{{ kwargs }}", "{{ m.name }}{{ m.arguments }}", "") + d.tag("endmacro")
	case "call":
		return d.tag("call"+d.pick("", "(x)")+" m("+d.expression(1)+")") + body() + d.tag("endcall")
	case "filter":
		return d.tag("filter "+d.pick("upper", "trim", "indent", "replace('a', 'b')", "length", "first", "title")) + body() + d.tag("endfilter")
	case "with":
		return d.tag("with "+d.words("x y n")+" = "+d.expression(1)) + body() + d.tag("endwith")
	case "generation":
		return d.tag("generation") + body() + d.tag("endgeneration")
	case "load":
		return d.load()
	case "plain":
		return d.text() + d.pick("{# c #}", "{#- c -#}", "{# c +#}\n", "{#\n c\n#}\n") + d.text()
	case "raw":
		return d.text() + d.pick("{% raw %}{{ r }}{% endraw %}", "{%- raw -%} {% r {%- endraw %}")
	}
	return d.output(depth)
}

// load draws a statement that fails for want of a loader, unless it is not
// reached. An include has no "without context": in a macro it makes Jinja's own
// code a generator, whether it is reached or not.
func (d drawing) load() string {
	context := d.pick("", " with context", " without context", " with")
	included := strings.Replace(context, "without", "with", 1)
	return d.tag("if "+d.pick("no", "no", "not yes", d.expression(0))) + d.tag(d.pick(
		"include "+d.expression(1)+d.pick("", " ignore missing", " ignore")+included,
		"include "+d.words("[] () {} none e l")+" ignore missing"+included,
		"import "+d.expression(1)+" as "+d.words("x m loop none")+context,
		"from "+d.atom(0)+" import "+d.pick("x", "m as y", "x, y", "x,", "_x", "", "with", "x as loop,")+context,
		"extends "+d.expression(1),
	)) + d.tag("endif")
}

func (d drawing) output(depth int) string {
	return d.text() + "{{" + d.pick("", "", "-") + " " + d.expression(depth) + " " + d.pick("", "", "-") + "}}" + d.text()
}

func (d drawing) expression(depth int) string {
	if depth <= 0 {
		return d.atom(0)
	}
	sub := func() string { return d.expression(depth - 1) }
	switch d.words("atom binary filter test postfix postfix if not minus call group chain") {
	case "atom":
		return d.atom(depth)
	case "binary":
		return sub() + " " + d.lines("+\n-\n*\n/\n//\n%\n**\n~\n==\n!=\n<\n<=\n>\n>=\nin\nnot in\nand\nor") + " " + sub()
	case "chain":
		return sub() + d.pick(" < ", " == ", " ~ ") + sub() + d.pick(" < ", " != ", " ~ ") + sub()
	case "filter":
		return d.postfix(depth) + "|" + d.lines(judgeFilters)
	case "test":
		return d.postfix(depth) + " is " + d.pick("", "not ") + d.lines(judgeTests)
	case "if":
		return sub() + " if " + sub() + d.pick("", " else "+sub())
	case "not":
		return "not " + sub()
	case "minus":
		return "-" + d.postfix(depth-1)
	case "call":
		return d.pick("range(3)", "range(1, n, 2)", "dict(a="+sub()+")", "namespace(a=1).a", "m("+sub()+")", "m()", "m(1, 2)", "m(b="+sub()+")",
			"loop.index", "ns.a", "cycler('a', 'b').next()", "strftime_now('%d %B %Y')", "raise_exception("+sub()+")", "joiner(', ')()")
	case "group":
		return "(" + sub() + ")"
	}
	return d.postfix(depth)
}

func (d drawing) atom(depth int) string {
	kind := d.words("name name name number text text constant list dict tuple")
	if depth <= 0 && (kind == "list" || kind == "dict" || kind == "tuple") {
		kind = "name"
	}
	sub := func() string { return d.expression(depth - 1) }
	switch kind {
	case "number":
		return d.words("0 1 2 3 10 1.5 2.0 0.1 1e3 100 1_000 0.30000000000000004")
	case "text":
		return d.lines(judgeTexts)
	case "constant":
		return d.words("true false none True None")
	case "list":
		return d.pick("[]", "["+sub()+"]", "["+sub()+", "+sub()+"]")
	case "dict":
		return d.pick("{}", "{'a': "+sub()+"}", fmt.Sprintf("{%s: %s, 'b': %s}", d.words("'a' 1 n s"), sub(), sub()))
	case "tuple":
		return "(" + sub() + ", " + sub() + ")"
	}
	return d.words("s t u h e n z neg big f tiny huge yes no nil l ls empty d ld msgs missing x y q")
}

func (d drawing) postfix(depth int) string {
	s := d.atom(depth)
	if depth > 0 && d.one(4) {
		s = "(" + d.expression(depth-1) + ")"
	}
	for range rapid.IntRange(0, 2).Draw(d.t, "postfixes") {
		switch d.words("method method subscript key") {
		case "method":
			s += "." + d.lines(judgeMethods)
		case "subscript":
			s += "[" + d.pick("0", "-1", "1:", "::-1", ":2", "'a'", "1:-1", "::2", d.atom(0)) + "]"
		default:
			s += "['" + d.words("a b n role content items") + "']"
		}
	}
	return s
}

const judgeTexts = `
'a'
''
'l'
' sp '
'%s'
'%d|%5.2f'
'{}'
'{0:>5}'
"it's"
'\n'
'é日'
'x,y,z'
'Hello'
'A well-known e-mail--from a-b-c, x--y! -- --opt\tand  some  more\nthan a_line-1-2 of 日本語-のテキスト has room for, isn\'t it?'
"\x41\u00e9\t\\"
`

const judgeFilters = `
upper
lower
title
capitalize
trim
length
count
list
first
last
string
int
float
abs
round
sum
min
max
sort
unique|list
reverse
reverse|list
join
items|list
dictsort
tojson
safe
e
forceescape
striptags
wordcount
urlencode
filesizeformat
indent
truncate
center
default
map|list
select|list
reject|list
xmlattr
batch(2)|list
slice(2)|list
round(1)
round(0, 'floor')
join(',')
join(', ', attribute='n')
default('D')
default('D', true)
map('upper')|list
map(attribute='n')|list
map(attribute='role')|join(',')
map('default', 1)|list
select('string')|list
select('>', 1)|list
reject('none')|list
selectattr('n')|list
selectattr('role', 'equalto', 'user')|list
rejectattr('v', 'none')|list
groupby('v')|list
sort(reverse=true)
sort(attribute='v')
sort(case_sensitive=true)
replace('l', 'L')
replace('a', '')
replace('l', 'L', 1)
indent(2, true)
truncate(7)
truncate(7, true, '!')
wordwrap(5)
wordwrap(1, false)
wordwrap(n, true, '-|')
wordwrap(4, break_on_hyphens=false)
pprint
tojson(indent=2)
tojson(sort_keys=true)
tojson(separators=(',', ':'))
tojson(ensure_ascii=true)
int(0, 16)
dictsort(by='value')
trim('ab')
first|string
batch(2, 0)|list
map('int')|list
attr('b')
format(1)
center(9)
map('length')|list
sum(attribute='v')
`

const judgeTests = `
defined
undefined
none
string
number
integer
float
boolean
mapping
sequence
iterable
callable
odd
even
true
false
lower
upper
escaped
filter
test
eq 1
in l
divisibleby 2
sameas none
ne 'a'
gt 2
lt(3)
equalto('a')
`

const judgeMethods = `
upper()
lower()
strip()
lstrip('H')
rstrip()
strip('\n ')
split()
split('l')
split(',', 1)
rsplit(' ', 1)
replace('l', '--')
replace('l', '-', 1)
startswith('H')
endswith(('d', '>'))
find('l')
rfind('o')
count('l')
index('e')
join(['a', 'b'])
title()
capitalize()
swapcase()
splitlines()
partition(' ')
rpartition('l')
zfill(8)
center(11, '*')
ljust(8)
rjust(8, '.')
isdigit()
isalpha()
isupper()
isspace()
isalnum()
format(1, 2)
removeprefix('He')
removesuffix('d')
casefold()
expandtabs(4)
keys()
values()
items()
get('a')
get('zz', 1)
copy()
pop()
index(1)
count(1)
append(1)
update({})
real
bit_length()
is_integer()
a
b
n
missing
x.y
role
content
tool_calls
`
