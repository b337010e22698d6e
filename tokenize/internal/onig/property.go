package onig

import (
	"strings"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// categoryNames are the long names of general categories and of their groups.
// A name of one letter stands for all categories that begin with it.
var categoryNames = map[string]string{
	"letter": "L", "uppercaseletter": "Lu", "lowercaseletter": "Ll", "titlecaseletter": "Lt", "modifierletter": "Lm",
	"otherletter": "Lo",
	"mark":        "M", "combiningmark": "M", "nonspacingmark": "Mn", "spacingmark": "Mc", "enclosingmark": "Me",
	"number": "N", "decimalnumber": "Nd", "letternumber": "Nl", "othernumber": "No",
	"punctuation": "P", "punct": "P", "connectorpunctuation": "Pc", "dashpunctuation": "Pd", "openpunctuation": "Ps",
	"closepunctuation": "Pe", "initialpunctuation": "Pi", "finalpunctuation": "Pf", "otherpunctuation": "Po",
	"symbol": "S", "mathsymbol": "Sm", "currencysymbol": "Sc", "modifiersymbol": "Sk", "othersymbol": "So",
	"separator": "Z", "spaceseparator": "Zs", "lineseparator": "Zl", "paragraphseparator": "Zp",
	"other": "C", "control": "Cc", "format": "Cf", "surrogate": "Cs", "privateuse": "Co", "unassigned": "Cn",
}

// propertyAliases are the short names of binary properties.
var propertyAliases = map[string]string{
	"epres": "emojipresentation", "emod": "emojimodifier", "ebase": "emojimodifierbase", "ecomp": "emojicomponent",
	"extpict": "extendedpictographic", "ideo": "ideographic", "uideo": "unifiedideograph", "ri": "regionalindicator",
	"vs": "variationselector", "joinc": "joincontrol", "qmark": "quotationmark", "hex": "hexdigit", "ahex": "asciihexdigit", "dia": "diacritic",
	"qaai": "inherited", "qaac": "coptic",
}

// A ctype is a class that POSIX brackets name. The option P confines them to
// ASCII, other properties not.
type ctype struct {
	name string
	make func() set
}

var ctypes = []ctype{
	{"alnum", func() set { return union(set(ucd.Alphabetic.Ranges()), category("Nd")) }},
	{"alpha", func() set { return ucd.Alphabetic.Ranges() }},
	{"blank", func() set { return union(category("Zs"), setOf('\t')) }},
	{"cntrl", func() set { return category("Cc") }},
	{"digit", func() set { return category("Nd") }},
	{"graph", func() set {
		return categories(func(c string) bool { return !strings.Contains("Cc Cn Cs Zs Zl Zp", c) })
	}},
	{"lower", func() set { return ucd.Lowercase.Ranges() }},
	{"print", func() set { return categories(func(c string) bool { return !strings.Contains("Cc Cn Cs Zl Zp", c) }) }},
	{"punct", func() set { return categories(func(c string) bool { return c[0] == 'P' || c[0] == 'S' }) }},
	{"space", func() set {
		return union(categories(func(c string) bool { return c[0] == 'Z' }), set{{Lo: '\t', Hi: '\r'}}, setOf(0x85))
	}},
	{"upper", func() set { return ucd.Uppercase.Ranges() }},
	{"xdigit", func() set { return set{{Lo: '0', Hi: '9'}, {Lo: 'A', Hi: 'F'}, {Lo: 'a', Hi: 'f'}} }},
	{"ascii", func() set { return ascii }},
	{"word", func() set {
		return union(set(ucd.Alphabetic.Ranges()), categories(func(c string) bool { return c[0] == 'M' || c == "Nd" || c == "Pc" }))
	}},
}

// wordLatin1 is what \w matches outside of brackets besides the class word:
// below U+0100 Oniguruma looks into another table there.
var wordLatin1 = set{{Lo: 0xb2, Hi: 0xb3}, {Lo: 0xb9, Hi: 0xb9}, {Lo: 0xbc, Hi: 0xbe}}

// sets has the set of each ctype and of each property that \p{...} knows, by
// normalized name.
var sets = sync.OnceValue(func() map[string]func() set {
	m := map[string]func() set{
		"any":        func() set { return everything },
		"assigned":   func() set { return category("Cn").not() },
		"newline":    func() set { return setOf('\n') },
		"posixpunct": ctypeSet("punct"),
		"whitespace": ctypeSet("space"),
		"lc":         func() set { return categories(func(c string) bool { return c == "Lu" || c == "Ll" || c == "Lt" }) },
	}
	m["casedletter"] = m["lc"]
	for i := range ucd.Scripts() {
		s := ucd.Script(i)
		load := sync.OnceValue(func() set { return s.Ranges() })
		m[normalName(s.String())], m[normalName(s.Code())] = load, load
	}
	for c := range ucd.Category(ucd.Categories) {
		for _, name := range []string{c.String(), c.String()[:1]} {
			m[normalName(name)] = sync.OnceValue(func() set { return category(name) })
		}
	}
	for long, short := range categoryNames {
		m[long] = m[normalName(short)]
	}
	for i := range ucd.Properties() {
		p := ucd.Property(i)
		m[normalName(p.String())] = sync.OnceValue(func() set { return p.Ranges() })
	}
	for _, t := range ctypes {
		if m[t.name] == nil {
			m[t.name] = ctypeSet(t.name)
		}
	}
	for short, long := range propertyAliases {
		m[short] = m[long]
	}
	return m
})

// ctypeSet returns a function that returns the set of a ctype, always the same.
func ctypeSet(name string) func() set {
	for _, t := range ctypes {
		if t.name == name {
			return sync.OnceValue(t.make)
		}
	}
	return nil
}

var ctypeSets = sync.OnceValue(func() map[string]func() set {
	m := map[string]func() set{}
	for _, t := range ctypes {
		m[t.name] = ctypeSet(t.name)
	}
	return m
})

// wordSet is what \w matches outside of brackets, and what \b has on one side.
var wordSet = sync.OnceValue(func() set { return union(ctypeSets()["word"](), wordLatin1) })

// category returns the set of a general category or, for one letter, a group.
func category(name string) set {
	return categories(func(c string) bool { return strings.HasPrefix(c, name) })
}

func categories(match func(string) bool) set {
	return ucd.Ranges(func(c ucd.Category) bool { return match(c.String()) })
}

func union(sets ...set) set {
	var ranges []ucd.Range
	for _, s := range sets {
		ranges = append(ranges, s...)
	}
	return newSet(ranges)
}

// normalName drops what does not count in the name of a property.
func normalName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '_':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, name)
}
