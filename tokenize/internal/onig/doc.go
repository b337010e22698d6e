// Package onig finds the matches of patterns in the syntax of Oniguruma, the
// engine with which Hugging Face tokenizers split text: the same matches at the
// same bytes as version 6.9.10 (tokenizers 0.22.2) with Unicode 16.
//
// A pattern is parsed into a tree; every class becomes an explicit set of code
// points, and case folding becomes sets and alternatives. What the pattern
// cannot tell apart gets one symbol (see alphabet.go), and the tree is written
// as a pattern over symbols for regexp2, which backtracks in the same order as
// Oniguruma and knows lookbehind, atomic groups and \G.
//
// # What differs from other syntaxes
//
//   - ^ and $ are anchors of lines, (?m) lets a dot match a newline, (?s) is
//     no option.
//   - X{n,m}+ repeats X{n,m}; only ++, *+ and ?+ are possessive. X{n}? is
//     optional X{n}. X{m,n} with m > n is possessive X{n,m}.
//   - \h is a hexadecimal digit, \s is White_Space, \d is Nd.
//   - \w by itself also matches ² ³ ¹ ¼ ½ ¾, which [\w] does not.
//   - [[:punct:]] has the symbols, which \p{Punct} has not.
//   - (?i:ss) matches ß, but not where a quantifier or a group separates the
//     letters.
//   - a(?i)b|c is a(?i:b|c).
//
// # What is not supported
//
// Absent operators, conditions, callouts, calls of groups, \X, \y and \Y,
// references that ignore case or a level of recursion, references from or into
// lookbehind, possessive and atomic choices in lookbehind, \K in lookaround,
// properties beyond general categories, scripts and those in property.go.
// [Compile] reports each of them as [ErrUnsupported].
//
// # Bytes that are no UTF-8
//
// Each of them is a character by itself that matches what U+FFFD matches.
package onig
