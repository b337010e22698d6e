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
// Absent operators, conditions, callouts, calls of groups, \X, \y and \Y, the
// options I, L, C and y; references that ignore case or name a level, from
// inside of their group, into or within lookbehind; possessive and atomic
// choices in lookbehind, \K in lookaround; blocks, and binary properties other
// than those of package ucd. [Compile] reports each of them as [ErrUnsupported].
//
// Lookbehind in which a repetition without limit stands beside something else of
// no fixed length, such as (?<=a*b*), is refused by Oniguruma with an undefined
// error; here it works. A negated class with a negated class inside of it that
// lists everything beyond ASCII, such as [^[^[:^lower:]\D]], matches by a fault
// of Oniguruma nothing beyond ASCII; here it does.
//
// # Limits
//
// A call of [Regexp.FindAll] ends with [ErrTimeout] instead of going on without
// end; see [Regexp.WithTimeout]. The limit for all matches together holds
// everywhere, that for a single one not in WebAssembly, where the engine's clock
// has no thread to run in.
//
// # Bytes that are no UTF-8
//
// Each of them is a character by itself that matches what U+FFFD matches.
package onig
