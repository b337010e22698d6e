package onig

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostilePatterns are as long as a pattern may be, or nest or repeat as much.
func hostilePatterns() map[string]string {
	fill := func(unit string) string { return strings.Repeat(unit, maxPattern/len(unit)) }
	var chars, ranges, negated, folded strings.Builder
	for r := rune(0x4e00); chars.Len() < maxPattern-4; r++ {
		chars.WriteRune(r)
	}
	for r := rune(0x4e00); ranges.Len() < maxPattern-12; r++ {
		ranges.WriteString("[" + string(r) + "-" + string(r+0x1000) + "]")
	}
	for r := rune(0x4e00); negated.Len() < maxPattern-12; r++ {
		negated.WriteString("[^" + string(r) + "]")
	}
	folded.WriteString("(?i)")
	for r := rune(0x400); folded.Len() < maxPattern-12; r++ {
		folded.WriteString("[" + string(r) + "]")
	}
	return map[string]string{
		"letters": fill("a"), "characters": chars.String(), "classes": fill(`\p{L}`), "words": fill(`[\wa]`),
		"ranges": ranges.String(), "negated": negated.String(), "folded": folded.String(),
		"fold classes": "(?i)" + fill(`[\p{L}]`)[:maxPattern-8], "alternatives": fill("ab|"), "different": fill("a|b|c|"),
		"optional": fill("a?"), "stars": fill("a*"), "lazy": fill("b*?"), "groups": fill("(a)"), "named": fill("(?<n>a)"),
		"lookahead": fill("(?=a)"), "lookbehind": fill("(?<=a)"), "boundaries": fill(`\b`), "anchors": fill("^"), "dots": fill(".*"),
		"possessive": fill("a++"), "backreferences": "(a)" + fill(`\1`)[:maxPattern-4],
		"open": fill("("), "nested": strings.Repeat("(", 150) + "a" + strings.Repeat(")", 150),
		"nested stars":   strings.Repeat("(?:", 90) + "a" + strings.Repeat(")*", 90),
		"nested counts":  strings.Repeat("(?:", 90) + "a" + strings.Repeat("){1,9}", 90),
		"counts":         strings.Repeat("(?:", 9) + "a" + strings.Repeat("){99999,100000}", 9),
		"counts in row":  "a" + strings.Repeat("{100000}", 9),
		"nested options": strings.Repeat("(?i:", 90) + "ss" + strings.Repeat("|k)", 90),
		"nested classes": strings.Repeat("[a", 150) + strings.Repeat("]", 150),
		"open classes":   fill("["), "intersections": "[" + fill("a&&")[:maxPattern-4] + "]", "sets in class": "[" + fill(`\w`)[:maxPattern-4] + "]",
		"controls": fill(`\C-`), "metas": fill(`\M-\C-`), "bytes": fill(`\xe3\x81\x82`), "sequence": `\x{` + fill("41 ")[:maxPattern-8] + "41}",
		"ranges by number": `[\x{` + fill("0-10ffff ")[:maxPattern-16] + "41}]", "comments": fill("(?#)"), "options": fill("(?i)"),
		"common prefix": strings.TrimSuffix(fill("abcdefgh|"), "|"), "many prefixes": fill(`(?:a|ab|abc)`), "dot stars": fill(".*a"),
		"counted groups": fill("(?:ab){2,9}"), "alternated stars": fill("a*|b*|"), "set stars": fill(`\w*\d*`), "look in stars": fill("(?:(?!a).)*"),
		"too long": strings.Repeat("a", maxPattern+1), "not UTF-8": "a\xff",
	}
}

func TestCompileIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, pattern := range hostilePatterns() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Compile(pattern)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err != nil && !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrUnsupported) {
				t.Error(err)
			}
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v, %d MiB allocated, error %v", took, allocated, err)
			if allocated > 64 {
				t.Errorf("%d MiB allocated", allocated)
			}
			// The aim is a second; other tests may run beside this one.
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestMatchingIsBounded(t *testing.T) {
	if runtime.GOARCH == "wasm" {
		t.Skip("the engine's clock needs a second thread")
	}
	for _, tt := range []struct{ pattern, text string }{
		{`(?:a|aa)+$`, strings.Repeat("a", 60) + "b"},
		{`(\w+\s?)+$`, strings.Repeat("a", 60) + "!"},
		{`(?:\w\w?|\d)*\.`, strings.Repeat("1", 60)},
		{`(.*)(.*)(.*)(.*)(.*)\1x`, strings.Repeat("ab", 200)},
		{`(?=(?:a|aa)+b|a)`, strings.Repeat("a", 60)}, // each search is slow, and finds something
		{`(?<=b(?:a|aa)+)c`, strings.Repeat("a", 60) + "c"},
		{`\Gz|(?:x|xx)+$`, strings.Repeat("x", 60) + "!"},
	} {
		re := mustCompile(t, tt.pattern).WithTimeout(50*time.Millisecond, 0)
		start := time.Now()
		err := re.FindAll(tt.text, func(start, end int) bool { return true })
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%q took %v", tt.pattern, took)
		}
		if !errors.Is(err, ErrTimeout) {
			t.Errorf("%q: error %v, want %v", tt.pattern, err, ErrTimeout)
		}
		t.Logf("%q: %v", tt.pattern, time.Since(start))
	}
}

// What would be slow in a naive engine.
func TestMatchingIsFast(t *testing.T) {
	for _, tt := range []struct{ pattern, text string }{
		{`(a+)+$`, strings.Repeat("a", 10000) + "b"},
		{`(?:a*)*$`, strings.Repeat("a", 10000)},
		{gpt2, strings.Repeat(" ", 1<<18)},
		{cl100k, strings.Repeat("a", 1<<18)},
		{o200k, strings.Repeat("中", 1<<16)},
	} {
		if err := mustCompile(t, tt.pattern).FindAll(tt.text, func(start, end int) bool { return true }); err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
		}
	}
}

// Text without an end to a repeated group fills the stack.
func TestStackIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes memory")
	}
	re := mustCompile(t, `(?:ab|a)+c`)
	if err := re.FindAll(strings.Repeat("a", 4<<20), func(start, end int) bool { return true }); !errors.Is(err, ErrTimeout) {
		t.Errorf("error %v, want %v", err, ErrTimeout)
	}
}
