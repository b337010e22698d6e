package config

import (
	"strconv"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// Char returns a string of one character that must be there.
func Char(o *jsonread.Object, key string) (rune, error) {
	s, err := String(o, key)
	if err != nil {
		return 0, err
	}
	r, size := utf8.DecodeRuneInString(s)
	if s == "" || size != len(s) {
		return 0, In(key, Malformed(strconv.Quote(s)+" is not one character"))
	}
	return r, nil
}

// Pattern returns what {"String": "..."} or {"Regex": "..."} holds, and whether
// it is a regular expression. It must be there.
func Pattern(o *jsonread.Object, key string) (pattern string, regex bool, err error) {
	p, err := Object(o, key)
	if err != nil {
		return "", false, err
	}
	member := "String"
	if p.Has("Regex") {
		member, regex = "Regex", true
	}
	if p.Len() != 1 || !p.Has(member) {
		return "", false, In(key, Malformed("want one member, String or Regex"))
	}
	pattern, err = String(p, member)
	return pattern, regex, In(key, err)
}
