package convert

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// A nameParts is a model's name taken apart, as in
// "meta-llama/Llama-3.1-8B-Instruct-v2": organization, base name, size label,
// what it was tuned for, version. Empty: not in the name.
type nameParts struct {
	full         string // the name without its organization
	organization string
	basename     string
	finetune     string
	version      string
	sizeLabel    string
}

var (
	versionPart  = regexp.MustCompile(`(?i)^(v|iter)?\d+([.]\d+)*$`)
	typePart     = regexp.MustCompile(`(?i)^(i?q\d(_\w)*|b?fp?(16|32))$`)
	sizePart     = regexp.MustCompile(`(?i)^(([A]|\d+[x])?\d+([._]\d+)?[KMBT][\d]?|small|mini|medium|large|x?xl)$`)
	finetunePart = regexp.MustCompile(`(?i)^(chat|instruct|vision|lora)$`)
)

// partKind is what a part of a name may be, several at once.
type partKind uint8

const (
	isBasename partKind = 1 << iota
	isSizeLabel
	isFinetune
	isVersion
	isType
)

// splitName takes a name apart. A size in it counts as such unless it is far
// from the number of parameters, where that is known (not 0): then it likely
// is a context length.
func splitName(id string, parameters int64) nameParts {
	if id == "" {
		return nameParts{}
	}
	if strings.Contains(id, " ") {
		return nameParts{full: id} // a sentence, not an identifier
	}
	p := nameParts{full: id}
	if organization, rest, ok := strings.Cut(id, "/"); ok {
		p.full = rest
		if !strings.HasPrefix(organization, ".") { // "./model" is a path
			p.organization = organization
		}
	}

	parts := strings.FieldsFunc(p.full, func(r rune) bool { return r == '-' })
	kinds := make([]partKind, len(parts))
	for i, part := range parts {
		parts[i], kinds[i] = classifyPart(part, i, parameters)
	}
	dropWordSizes(parts, kinds)
	markBasename(parts, kinds)

	join := func(want, unwanted partKind) string {
		var picked []string
		for i, part := range parts {
			if kinds[i]&want != 0 && kinds[i]&unwanted == 0 {
				picked = append(picked, part)
			}
		}
		return strings.Join(picked, "-")
	}
	p.basename = join(isBasename, 0)
	p.sizeLabel = distinctParts(join(isSizeLabel, 0))
	p.finetune = join(isFinetune, 0)
	p.version = join(isVersion, isBasename)
	if p.sizeLabel == "" && p.finetune == "" && p.version == "" {
		p.basename = "" // one word could be anything
	}
	return p
}

// classifyPart says what the part at index i of a name is, and how it is
// spelled in a label.
func classifyPart(part string, i int, parameters int64) (string, partKind) {
	switch {
	case versionPart.MatchString(part):
		return part, isVersion
	case typePart.MatchString(part):
		return strings.ToUpper(part), isType
	case i > 0 && sizePart.MatchString(part):
		return classifySize(part, parameters)
	case i > 0 && finetunePart.MatchString(part):
		return part, isFinetune
	}
	return part, 0
}

// classifySize normalizes a size: "1_5b" to "1.5B", "7b1" to "7.1B".
func classifySize(part string, parameters int64) (string, partKind) {
	part = strings.ReplaceAll(part, "_", ".")
	last := len(part) - 1
	if isDigit(part[last]) {
		part = part[:last-1] + "." + part[last:] + part[last-1:last]
	}
	last = len(part) - 1
	if isDigit(part[last-1]) {
		part = part[:last] + strings.ToUpper(part[last:])
	}
	if parameters != 0 {
		stated, ok := statedSize(part)
		if ok && math.Abs(stated-float64(parameters)) > float64(7*parameters/8) {
			return part[:last] + strings.ToLower(part[last:]), isFinetune
		}
	}
	return part, isSizeLabel
}

// statedSize returns the number that a size such as "7.1B" stands for. Words
// and sizes of experts ("8x7B") have none.
func statedSize(size string) (float64, bool) {
	last := len(size) - 1
	power := strings.IndexByte(" KMBT", size[last])
	number, err := strconv.ParseFloat(size[:last], 64)
	if err != nil || power < 0 {
		return 0, false
	}
	return number * math.Pow(1000, float64(power)), true
}

// dropWordSizes ignores sizes in words where there is one in numbers.
func dropWordSizes(parts []string, kinds []partKind) {
	numeric := false
	for i, part := range parts {
		numeric = numeric || kinds[i]&isSizeLabel != 0 && strings.ContainsAny(part, "0123456789")
	}
	for i, part := range parts {
		if numeric && strings.IndexFunc(part, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
			kinds[i] &^= isSizeLabel
		}
	}
}

// markBasename makes the leading parts the base name, up to the first that is
// something else; what is unmarked after it is a fine-tune. A version at the
// end of the base name is a version only.
func markBasename(parts []string, kinds []partKind) {
	atStart := true
	for i, part := range parts {
		if atStart && (kinds[i] == 0 && startsWithLetter(part) || kinds[i]&isVersion != 0) {
			kinds[i] |= isBasename
			continue
		}
		atStart = false
		if kinds[i] == 0 {
			kinds[i] = isFinetune
		}
	}
	for i := len(kinds) - 1; i >= 0 && kinds[i]&isBasename != 0 && kinds[i] != isBasename; i-- {
		kinds[i] &^= isBasename
	}
}

// distinctParts drops the repetitions from parts joined by "-".
func distinctParts(joined string) string {
	var distinct []string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(joined, "-") {
		if !seen[part] {
			seen[part] = true
			distinct = append(distinct, part)
		}
	}
	return strings.Join(distinct, "-")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func startsWithLetter(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

var numberWord = regexp.MustCompile(`^(v\d+(?:\.\d+)*|\d.*)$`)

// title makes a name for people of an identifier: "fable-4m" to "Fable 4m".
// Words that have a capital, versions and numbers stay as they are.
func title(id string) string {
	words := strings.Fields(strings.ReplaceAll(id, "-", " "))
	for i, word := range words {
		if isLower(word) && !numberWord.MatchString(word) {
			words[i] = capitalized(word)
		}
	}
	return strings.Join(words, " ")
}

// isLower reports whether a word has letters in lower case and none in upper.
func isLower(word string) bool {
	lower := false
	for _, r := range word {
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return false
		}
		lower = lower || unicode.IsLower(r)
	}
	return lower
}

// capitalized gives a capital to each letter that follows none: "qwen2moe"
// becomes "Qwen2Moe".
func capitalized(word string) string {
	cased := false // the rune before is a letter of some case
	return strings.Map(func(r rune) rune {
		was := cased
		cased = unicode.IsLower(r) || unicode.IsUpper(r) || unicode.IsTitle(r)
		if was {
			return unicode.ToLower(r)
		}
		return unicode.ToTitle(r)
	}, word)
}

// sizeLabel returns the label of a model by its number of parameters: "4.2M",
// or "8x7B" with experts, where the size is that of one expert and what all
// share.
func sizeLabel(p paramCounts) string {
	if p.experts > 0 {
		return strconv.FormatInt(p.experts, 10) + "x" + rounded(p.shared+p.expert)
	}
	return rounded(p.total)
}

// rounded writes a number with a unit and at least two digits.
func rounded(count int64) string {
	value, unit := float64(count)*1e-3, "K"
	switch {
	case count > 1e12:
		value, unit = float64(count)*1e-12, "T"
	case count > 1e9:
		value, unit = float64(count)*1e-9, "B"
	case count > 1e6:
		value, unit = float64(count)*1e-6, "M"
	}
	whole := strings.TrimLeft(strconv.FormatFloat(math.RoundToEven(value), 'f', 0, 64), "0")
	return strconv.FormatFloat(value, 'f', max(2-len(whole), 0), 64) + unit
}
