package onig

import (
	"errors"
	"testing"
	"time"
)

var fuzzPatterns = []string{
	gpt2, cl100k, o200k, `(a+)+$`, `[^\s[.,&&]]+`, `(?i:ss|k)`, `(?<n>a)\k<n>`, `\p{Nd}{1,3}(?=(?>\p{Nd}{3})*(?:\P{Nd}|$))|\G\p{Nd}{3}`,
	`(?x) a # b`, `[[:alpha:]&&[^a-c]]`, `\x{41 42}[\x{43-45}]`, `\xe3\x81\x82`, `a\Kb`, `(?<!\n)^ `, `(?<=a|bc)d`, `x{2,1}y{,3}z{4}?`,
	"[", "(", `\`, "a{", `(?<`, `\p{`, `[a-`, `[^]]`, `[[:`, `\k<`, `(?i`,
}

func FuzzCompile(f *testing.F) {
	for _, p := range fuzzPatterns {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		re, err := Compile(pattern)
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Offset < 0 || located.Offset > len(pattern) {
				t.Fatalf("%q: %v", pattern, err)
			}
			if !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("%q: %v", pattern, err)
			}
			return
		}
		const text = "Hello, it'ſ 1234 wörds\n\xff 中文ss  "
		if _, err := findAll(re.WithTimeout(50*time.Millisecond, 0), text); err != nil && !errors.Is(err, ErrTimeout) {
			t.Fatalf("%q: %v", pattern, err)
		}
	})
}

func FuzzFindAll(f *testing.F) {
	for _, p := range fuzzPatterns {
		f.Add(p, "Hello, it'ſ 1234 wörds\n\xff 中文ss  ")
		f.Add(p, "aaaa\r\n\r\n\tab\xe4\xb8cd 12345678 ")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 1000 {
			return
		}
		re, err := Compile(pattern)
		if err != nil {
			return
		}
		checkText(t, pattern, re.WithTimeout(20*time.Millisecond, 0), text)
	})
}
