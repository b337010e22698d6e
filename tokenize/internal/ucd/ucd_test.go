package ucd

import (
	"strings"
	"testing"
	"unicode"
)

// The standard library of Go 1.26 has Unicode 15.0.0; a later one may have more.
func skipUnlessOlder(t *testing.T) {
	if unicode.Version != "15.0.0" {
		t.Skipf("package unicode has version %s, the counts are those of 15.0.0", unicode.Version)
	}
}

// What package unicode lacks, by group. Nothing that it has is missing here.
func TestNewerThanPackageUnicode(t *testing.T) {
	skipUnlessOlder(t)
	for _, group := range []struct {
		name  string
		is    func(Category) bool
		table *unicode.RangeTable
		newer int
	}{
		{"L", Category.IsLetter, unicode.L, 4924},
		{"M", Category.IsMark, unicode.M, 51},
		{"N", Category.IsNumber, unicode.N, 80},
		{"P", Category.IsPunct, unicode.P, 13},
		{"S", Category.IsSymbol, unicode.S, 744},
		{"Z", Category.IsSeparator, unicode.Z, 0},
	} {
		newer := 0
		for r := rune(0); r <= MaxRune; r++ {
			ours, theirs := group.is(CategoryOf(r)), unicode.Is(group.table, r)
			switch {
			case ours && !theirs:
				newer++
			case theirs && !ours:
				t.Errorf("%U is not in %s", r, group.name)
			}
		}
		if newer != group.newer {
			t.Errorf("%s: %d code points that package unicode lacks, want %d", group.name, newer, group.newer)
		}
	}
}

// A code point that package unicode has assigned has the same category here, but
// for the one that Unicode has corrected since.
func TestCategoriesOfPackageUnicode(t *testing.T) {
	skipUnlessOlder(t)
	for c := range Cn {
		for r := range runesOf(unicode.Categories[c.String()]) {
			if got := CategoryOf(r); got != c && !(r == 0x1171e && c == Mn && got == Mc) {
				t.Errorf("%U: %v, in package unicode %v", r, got, c)
			}
		}
	}
}

func TestScriptsOfPackageUnicode(t *testing.T) {
	skipUnlessOlder(t)
	var newer []string
	for s := Unknown + 1; int(s) < Scripts(); s++ {
		table := unicode.Scripts[s.String()]
		if table == nil {
			newer = append(newer, s.String())
			continue
		}
		for r := range runesOf(table) {
			if got := ScriptOf(r); got != s {
				t.Errorf("%U: %v, in package unicode %v", r, got, s)
			}
		}
	}
	if got := strings.Join(newer, " "); got != "Garay Gurung_Khema Kirat_Rai Ol_Onal Sunuwar Todhri Tulu_Tigalari" {
		t.Errorf("package unicode lacks %s", got)
	}
}

func TestSpaces(t *testing.T) {
	spaces := 0
	for r := rune(-1); r <= MaxRune+1; r++ {
		if got, want := IsSpace(r), unicode.Is(unicode.White_Space, r); got != want {
			t.Errorf("IsSpace(%U) = %v", r, got)
		} else if got {
			spaces++
		}
	}
	if spaces != 25 {
		t.Errorf("%d spaces, want 25", spaces)
	}
}

func TestFolds(t *testing.T) {
	skipUnlessOlder(t)
	folds := map[rune]rune{}
	Folds(func(from, to rune) { folds[from] = to })
	for r := rune(0); r <= MaxRune; r++ {
		want, ok := folds[r]
		if !ok {
			want = r
		}
		if got := Fold(r); got != want {
			t.Errorf("Fold(%U) = %U, want %U", r, got, want)
		}
		if CategoryOf(r) == Cn || unicode.In(r, unicode.Cs, unicode.Co) {
			continue
		}
		// The orbit of package unicode is the letters of one folding.
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if Fold(o) != Fold(r) {
				t.Errorf("Fold(%U) = %U, Fold(%U) = %U", o, Fold(o), r, Fold(r))
			}
		}
	}
	if len(folds) != 1484 {
		t.Errorf("%d foldings to one letter, want 1484", len(folds))
	}
}

func TestFullFolds(t *testing.T) {
	n := 0
	FullFolds(func(from rune, to string) {
		n++
		got, ok := FullFold(from)
		if !ok || got != to || len([]rune(to)) < 2 {
			t.Errorf("FullFold(%U) = %+q, want %+q", from, got, to)
		}
		for _, r := range to {
			if Fold(r) != r {
				t.Errorf("%U folds to %+q, which is not folded", from, to)
			}
		}
	})
	if n != 104 {
		t.Errorf("%d foldings to several letters, want 104", n)
	}
	for r, want := range map[rune]string{'ß': "ss", 'ẞ': "ss", 'ﬃ': "ffi", 'İ': "i̇", 'ŉ': "ʼn"} {
		if got, _ := FullFold(r); got != want {
			t.Errorf("FullFold(%c) = %q, want %q", r, got, want)
		}
	}
	for _, r := range []rune{-1, 0, 's', MaxRune} {
		if got, ok := FullFold(r); ok {
			t.Errorf("FullFold(%U) = %q", r, got)
		}
	}
}

func TestCategoryOf(t *testing.T) {
	for r, want := range map[rune]Category{
		-1: Cn, 0: Cc, 'A': Lu, 'a': Ll, 'ǅ': Lt, 'ʰ': Lm, 'ª': Lo, '語': Lo, 0x300: Mn, 0x903: Mc, 0x20dd: Me, '7': Nd, 'Ⅷ': Nl,
		'½': No, '_': Pc, '-': Pd, '(': Ps, ')': Pe, '«': Pi, '»': Pf, '!': Po, '+': Sm, '$': Sc, '^': Sk, '©': So, ' ': Zs,
		0x2028: Zl, 0x2029: Zp, 0xad: Cf, 0xd800: Cs, 0xe000: Co, 0x378: Cn, 0x1f600: So, 0x2a6df: Lo, 0x323af: Lo, 0x323b0: Cn,
		0x323ff: Cn, 0x32400: Cn, 0xe0001: Cf, 0xe0100: Mn, 0xf0000: Co, 0xffffd: Co, 0xffffe: Cn, MaxRune: Cn, MaxRune + 1: Cn,
		0xfffd: So, 0x10d50: Lu, // Garay came with Unicode 16
	} {
		if got := CategoryOf(r); got != want {
			t.Errorf("CategoryOf(%U) = %v, want %v", r, got, want)
		}
	}
}

func TestCategoryStrings(t *testing.T) {
	for c := range Category(Categories) {
		groups := 0
		for name, is := range map[string]func(Category) bool{
			"L": Category.IsLetter, "M": Category.IsMark, "N": Category.IsNumber, "P": Category.IsPunct,
			"S": Category.IsSymbol, "Z": Category.IsSeparator, "C": Category.IsOther,
		} {
			if is(c) {
				groups++
				if c.String()[:1] != name {
					t.Errorf("%v is in group %s", c, name)
				}
			}
		}
		if groups != 1 {
			t.Errorf("%v is in %d groups", c, groups)
		}
	}
	if got := Category(Categories).String(); got != "??" {
		t.Errorf("a category beyond the last is called %q", got)
	}
}

func TestRanges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ranges []Range
		has    func(rune) bool
	}{
		{"letters and marks", Ranges(func(c Category) bool { return c.IsLetter() || c.IsMark() }),
			func(r rune) bool { return CategoryOf(r) <= Me }},
		{"unassigned", Ranges(func(c Category) bool { return c == Cn }), func(r rune) bool { return CategoryOf(r) == Cn }},
		{"all", Ranges(func(Category) bool { return true }), func(rune) bool { return true }},
		{"none", Ranges(func(Category) bool { return false }), func(rune) bool { return false }},
		{"Han", Han.Ranges(), func(r rune) bool { return ScriptOf(r) == Han }},
		{"Unknown", Unknown.Ranges(), func(r rune) bool { return ScriptOf(r) == Unknown }},
		{"Lowercase", Lowercase.Ranges(), func(r rune) bool {
			return CategoryOf(r) == Ll || unicode.Is(unicode.Other_Lowercase, r)
		}},
		{"Uppercase", Uppercase.Ranges(), func(r rune) bool { return CategoryOf(r) == Lu || unicode.Is(unicode.Other_Uppercase, r) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i := 1; i < len(tt.ranges); i++ {
				if tt.ranges[i].Lo <= tt.ranges[i-1].Hi+1 {
					t.Fatalf("%U and %U touch", tt.ranges[i-1], tt.ranges[i])
				}
			}
			i := 0
			for r := rune(0); r <= MaxRune; r++ {
				for i < len(tt.ranges) && tt.ranges[i].Hi < r {
					i++
				}
				in := i < len(tt.ranges) && tt.ranges[i].Lo <= r
				if in != tt.has(r) {
					t.Fatalf("%U is in: %v", r, in)
				}
			}
		})
	}
}

func TestNames(t *testing.T) {
	if got := Unknown.String() + Unknown.Code() + OldItalic.String() + OldItalic.Code() + Script(255).Code(); got != "UnknownZzzzOld_ItalicItalZzzz" {
		t.Error(got)
	}
	for _, r := range []rune{-1, MaxRune + 1, 0x378} {
		if got := ScriptOf(r); got != Unknown {
			t.Errorf("ScriptOf(%U) = %v", r, got)
		}
	}
	if got := EmojiModifierBase.String() + Property(255).String(); got != "Emoji_Modifier_Base??" {
		t.Error(got)
	}
	if got := Property(255).Ranges(); got != nil {
		t.Error(got)
	}
}

func runesOf(table *unicode.RangeTable) func(func(rune) bool) {
	return func(yield func(rune) bool) {
		for _, r := range table.R16 {
			for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
				if !yield(c) {
					return
				}
			}
		}
		for _, r := range table.R32 {
			for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func BenchmarkCategoryOf(b *testing.B) {
	for _, text := range []string{"Hello, world ", "Привет, мир ", "吾輩は猫である", "😀👍🏽"} {
		runes := []rune(strings.Repeat(text, 1000))
		b.Run(text, func(b *testing.B) {
			b.SetBytes(int64(len(string(runes))))
			letters := 0
			for b.Loop() {
				for _, r := range runes {
					if CategoryOf(r).IsLetter() {
						letters++
					}
				}
			}
		})
	}
}
