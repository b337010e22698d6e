// Package tiktoken reads vocabularies in the formats of tiktoken: rank files
// and tekken.json. It says what is in them and which encoding they are of; it
// neither encodes nor decodes text.
//
// # Terminology
//
//   - A rank file has a token and its rank on each line: BASE64 SP RANK. It
//     ends in .tiktoken or .model, and has neither pattern nor special tokens.
//   - The rank of a token is its priority, as it is for merges: of all pairs of
//     neighbours whose concatenation is a token, the one of lowest rank is
//     joined first. The rank is also the id, except in tekken.json, where the
//     special tokens come first. A piece that is a token as a whole is that
//     token, whatever its parts would merge to. Ranks may have holes.
//   - An [Encoding] is what a rank file lacks: the split pattern and the added
//     tokens.
//
// # What the encodings differ in
//
// White space at the end of the text. In cl100k_base, tiktoken 0.8 and later
// have an alternative \s++$ before \s*[\r\n], so that a run of white space that
// ends the text is one piece, line ends or not. All others cut such a run
// behind its last line end, as cl100k_base did before (OldPattern), or, in the
// family of GPT-2, never look at line ends, and there \s++$ changes nothing. In
// the middle of a text the old and the new patterns agree. The ids are the same
// with either: no token of cl100k_base ends in other white space behind a line
// end, so nothing is ever merged across the cut that one of them makes. That
// is a property of its ranks, not of the patterns.
//
// Special tokens. tiktoken knows three ways to meet the text of a special token
// in its input: the token (allowed_special), an error (disallowed_special, the
// default for all that are not allowed), or plain text (neither). A text that
// is allowed is found leftmost; where one special token begins with another,
// tiktoken takes either. Between two special tokens the pattern sees a text of
// its own, so the rule for the end of the text holds before each of them.
// tekken.json has special tokens for control alone: their text is always plain.
package tiktoken
