package jinja

import "strings"

// htmlEscapes are what MarkupSafe's escape() writes.
var htmlEscapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// escape returns a string as Markup: what is none yet is escaped.
func (it *interp) escape(x *Str) *Str {
	if x.markup {
		return x
	}
	it.work(len(x.s))
	y := x
	if strings.ContainsAny(x.s, "&<>\"'") {
		b := it.newBuilder()
		done := 0
		for i := range len(x.s) {
			if e := htmlEscapes[x.s[i]]; e != "" {
				b.addPart(x, done, i)
				b.add(e, x.originAt(i))
				done = i + 1
			}
		}
		b.addPart(x, done, len(x.s))
		y = b.str()
	}
	return y.asMarkup()
}
