package llamacpp

import "math"

// A preType is how a text is split before pairs are merged. Where llama.cpp has
// a scanner of its own for a pattern, the stage does what that scanner does;
// elsewhere what std::regex does with the pattern after all characters beyond
// ASCII have become one for each group of categories.
type preType struct {
	patterns []string // one a stage, as llama.cpp has them
	stages   func(t classTable) []stage
	raw      bool // merging starts from characters, not from bytes
}

// Members of the sets of the patterns.
const (
	latinGreekCyrillic = "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373\u0376\u0377" +
		"\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-" +
		"\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-" +
		"\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-" +
		"\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115" +
		"\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-" +
		"\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-" +
		"\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-" +
		"\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943"
	widePunct    = "!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002"
	hanHangul    = "\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff"
	hanKana      = "\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff"
	hangul       = "\uac00-\ud7a3\u3131-\u318e"
	eastPunct    = "\uff01\u2026\u201c\u201d\u2018\u2019\u2014\uff1a\uff1b\uff0c\u3001-\u303f\ufe30-\ufe4f"
	bopomofo     = "\u3105-\u312f"
	asianScripts = "\u4e00-\u9fff\u3400-\u4dbf\u8c48-\ufaff\u3040-\u309f\u30a0-\u30ff\uff65-\uff9f\u2f00-\u2fdf\u0e40-\u0e7f\u0e80-\u0eff" +
		"\u1780-\u17ff\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff\uac00-\ud7af\u1100-\u11ff"
)

// Patterns and parts of them that several types have.
const (
	patternGPT2     = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)`
	patternBloom    = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+"
	patternDeepSeek = asciiPunct + `[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*` + white

	asciiPunct = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]"
	suffix     = `(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`
	lead       = `[^\r\n\p{L}\p{N}]?`
	symbols    = `| ?[^\s\p{L}\p{N}]+[\r\n]*`
	slashes    = `| ?[^\s\p{L}\p{N}]+[\r\n/]*`
	white      = `|\s*[\r\n]+` + white2
	white2     = `|\s+(?!\S)|\s+`

	// Words that tell upper from lower case, for real and as std::regex can.
	caseWord        = lead + lu + `*` + ll + `+` + suffix + `?|` + lead + lu + `+` + ll + `*` + suffix + `?`
	lu              = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
	ll              = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
	asciiLower      = lead + `((?=[\p{L}])([^a-z]))*((?=[\p{L}])([^A-Z]))+`
	asciiUpper      = lead + `((?=[\p{L}])([^a-z]))+((?=[\p{L}])([^A-Z]))*`
	asciiLowerM     = lead + `((?=[\p{L}\p{M}])([^a-z]))*((?=[\p{L}\p{M}])([^A-Z]))+`
	asciiUpperM     = lead + `((?=[\p{L}\p{M}])([^a-z]))+((?=[\p{L}\p{M}])([^A-Z]))*`
	unlimited   int = math.MaxInt
)

func (t classTable) gpt2Stage() stage { return plain(t.gpt2) }

// grammarOf returns the grammar of Llama 3, changed by change.
func (t classTable) grammarOf(change func(g *grammar)) *grammar {
	g := &grammar{
		classTable: t, word: simpleWord, letters: letter, outside: space | letter | number,
		numbers: 3, contractions: true, newlines: lineEnds,
	}
	if change != nil {
		change(g)
	}
	return g
}

func grammarStage(change func(g *grammar)) func(t classTable) []stage {
	return func(t classTable) []stage { return []stage{plain(t.grammarOf(change).next)} }
}

// The types, by the name that most of their vocabularies have.
var (
	preDefault = &preType{
		patterns: []string{`[\p{P}\$\+<=>\^~\|]+`, patternGPT2, `\p{N}+`, `[0-9][0-9][0-9]`},
		stages: func(t classTable) []stage {
			return []stage{t.set(punct, "$+<=>^~|").runs(), t.gpt2Stage(), t.set(number, "").runs(), threeDigits}
		},
	}
	preLlama3 = &preType{
		patterns: []string{suffix + `|` + lead + `\p{L}+|\p{N}{1,3}` + symbols + white},
		stages:   grammarStage(nil),
	}
	preJAIS2 = &preType{
		patterns: []string{suffix + `|` + lead + `\p{L}+|\p{N}{1,3}` + symbols + `|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)` +
			`|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}`},
		stages: func(t classTable) []stage { return []stage{(&jais{*t.grammarOf(nil)}).next} },
	}
	preDeepSeekLLM = &preType{
		patterns: []string{"[\r\n]", `\s?[` + latinGreekCyrillic + `]+`, `\s?[` + widePunct + `]+`, `\s+$`, `[` + hanHangul + `]+`, `\p{N}+`},
		stages: func(t classTable) []stage {
			return []stage{
				newSet("\r\n").groups(1), t.spaceAndRuns(newSet(latinGreekCyrillic)), t.spaceAndRuns(newSet(widePunct)), t.trailingSpace,
				newSet(hanHangul).runs(), t.set(number, "").runs(),
			}
		},
	}
	preDeepSeekCoder = &preType{
		patterns: []string{"[\r\n]", `\s?\p{L}+`, `\s?\p{P}+`, `[` + hanHangul + `]+`, `\p{N}`},
		stages: func(t classTable) []stage {
			return []stage{
				newSet("\r\n").groups(1), t.spaceAndRuns(t.set(letter, "")), t.spaceAndRuns(t.set(punct, "")),
				newSet(hanHangul).runs(), t.set(number, "").groups(1),
			}
		},
	}
	preDeepSeekV3 = &preType{
		patterns: []string{`\p{N}{1,3}`, `[` + hanKana + `]+`, patternDeepSeek},
		stages: func(t classTable) []stage {
			return []stage{t.set(number, "").groups(3), newSet(hanKana).runs(), isolate(t.deepSeek)}
		},
	}
	preYoutu = &preType{
		patterns: []string{
			`[` + hangul + `]+|[` + eastPunct + `]+|[` + bopomofo + `]+|[` + hanKana + `]+`,
			caseWord + `|\p{N}` + slashes + white,
		},
		stages: func(t classTable) []stage {
			words := t.grammarOf(func(g *grammar) {
				g.word, g.letters, g.numbers, g.contractions, g.newlines = wordWithContraction, letter|mark, 1, false, lineEndsAndSlashes
			})
			return []stage{runsOf(newSet(hangul), newSet(eastPunct), newSet(bopomofo), newSet(hanKana)), plain(words.next)}
		},
	}
	preFalcon = &preType{
		patterns: []string{"[\\p{P}\\$\\+<=>\\^~\\|`]+", patternGPT2, `[0-9][0-9][0-9]`},
		stages: func(t classTable) []stage {
			return []stage{t.set(punct, "$+<=>^~|`").runs(), t.gpt2Stage(), threeDigits}
		},
	}
	preStarCoder = &preType{
		patterns: []string{`\p{N}`, patternGPT2},
		stages:   func(t classTable) []stage { return []stage{t.set(number, "").groups(1), t.gpt2Stage()} },
	}
	preGPT2 = &preType{
		patterns: []string{patternGPT2},
		stages:   func(t classTable) []stage { return []stage{t.gpt2Stage()} },
	}
	preQwen2 = &preType{
		patterns: []string{suffix + `|` + lead + `\p{L}+|\p{N}` + symbols + white},
		stages:   grammarStage(func(g *grammar) { g.numbers = 1 }),
	}
	preQwen35 = &preType{
		patterns: []string{suffix + `|` + lead + `[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*` + white},
		stages: grammarStage(func(g *grammar) {
			g.letters, g.outside, g.numbers = letter|mark, space|letter|mark|number, 1
		}),
	}
	preBloom = &preType{
		patterns: []string{patternBloom},
		stages:   func(t classTable) []stage { return []stage{isolate(t.bloom)} },
	}
	preViking = &preType{
		patterns: []string{patternBloom, `\p{N}`},
		stages:   func(t classTable) []stage { return []stage{isolate(t.bloom), t.set(number, "").groups(1)} },
	}
	preTekken = &preType{
		patterns: []string{asciiLower + `|` + asciiUpper + `|\p{N}` + slashes + white},
		stages: grammarStage(func(g *grammar) {
			g.word, g.numbers, g.contractions, g.newlines = casedWord, 1, false, lineEndsAndSlashes
		}),
	}
	preChameleon = &preType{
		patterns: []string{
			`<sentinel:[0-9]+>`, `(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z`, `([\t\n]|    |  )`, `\p{N}`, "[\\p{P}!-/:-@\\[-`{-~]", patternGPT2,
		},
		stages: func(t classTable) []stage {
			return []stage{
				isolate(sentinel), isolate(imageToken), isolate(spacing), t.set(number, "").groups(1), t.set(punct, "$+<=>^`|~").groups(1), t.gpt2Stage(),
			}
		},
	}
	preGPT4o = &preType{
		patterns: []string{asciiLower + suffix + `?|` + asciiUpper + suffix + `?|\p{N}{1,3}` + slashes + white},
		stages: grammarStage(func(g *grammar) {
			g.word, g.contractions, g.newlines = casedWordWithContraction, false, lineEndsAndSlashes
		}),
	}
	preGraniteMulti = &preType{
		patterns: []string{asciiLowerM + suffix + `?|` + asciiUpperM + suffix + `?|\p{N}{1,3}` + slashes + white},
		stages: grammarStage(func(g *grammar) {
			g.word, g.letters, g.contractions, g.newlines = casedWordWithContraction, letter|mark, false, lineEndsAndSlashes
		}),
	}
	preTinyAya = &preType{
		patterns: []string{`\d{1,3}(?=(?:\d{3})*\b)`, caseWord + `|\p{N}{1,3}` + slashes + white},
		stages: func(t classTable) []stage {
			words := t.grammarOf(func(g *grammar) {
				g.word, g.letters, g.contractions, g.newlines = wordWithContraction, letter|mark, false, lineEndsAndSlashes
			})
			return []stage{t.groupNumbers, plain(words.next)}
		},
	}
	preKimiK2 = &preType{
		patterns: []string{`\p{Han}+`},
		stages:   func(t classTable) []stage { return []stage{plain(t.kimi)} },
	}
	preSuperBPE = &preType{
		patterns: []string{`\p{N}+`, `(?=(\d{3})+(?!\d))`},
		stages:   func(t classTable) []stage { return []stage{t.set(number, "").runs(), beforeThrees} },
	}
	preBailingMoE = &preType{
		patterns: []string{`'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|` + lead + `\p{L}+|\p{N}` + symbols + `|\s*[\r\n]` + white2},
		stages:   grammarStage(func(g *grammar) { g.numbers = 1 }),
	}
	preSeedCoder = &preType{
		patterns: []string{suffix + `|` + lead + `\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+` + white},
		stages:   grammarStage(func(g *grammar) { g.numbers, g.newlines = 1, nothing }),
	}
	preAFMoE = &preType{
		patterns: []string{`\p{AFMoE_digits}`, `[` + asianScripts + `]+`, patternDeepSeek},
		stages: func(t classTable) []stage {
			return []stage{t.groupNumbers, newSet(asianScripts).runs(), isolate(t.deepSeek)}
		},
	}
	preEXAONEMoE = &preType{
		patterns: []string{suffix + `|` + lead + `(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]` + white2},
		stages:   grammarStage(func(g *grammar) { g.word, g.numbers, g.newlines = spacedWords, 1, oneLineEnd }),
	}
	preGemma4 = &preType{
		patterns: []string{`[^\n]+|[\n]+`},
		stages:   func(classTable) []stage { return []stage{plain(newlines)} },
		raw:      true,
	}
	preMiniCPM5 = &preType{
		patterns: []string{`\p{N}{1,3}`, suffix + `|` + lead + `\p{L}+|\p{N}+` + symbols + white},
		stages: func(t classTable) []stage {
			return []stage{t.set(number, "").groups(3), plain(t.grammarOf(func(g *grammar) { g.numbers = unlimited }).next)}
		},
	}
	preWhitespace = &preType{
		patterns: []string{`\S+`},
		stages:   func(t classTable) []stage { return []stage{t.notSpace} },
		raw:      true,
	}
)
