package inspect

import (
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// A Name is what the name of a model or of its file says. Fields that the name
// does not tell are zero.
type Name struct {
	Organization string `json:"organization,omitempty"` // before the slash of "org/name"
	Base         string `json:"base,omitempty"`         // "Mixtral", "Llama-3.1"
	SizeLabel    string `json:"sizeLabel,omitempty"`    // "8x7B", "30B-A3B"
	FineTune     string `json:"fineTune,omitempty"`     // "Instruct"
	Version      string `json:"version,omitempty"`      // "v0.1"
	Encoding     string `json:"encoding,omitempty"`     // "Q4_K_M", as the name has it in upper case
	Kind         string `json:"kind,omitempty"`         // "LoRA", "vocab", "mmproj" or "imatrix"; empty: a model

	// Parameters that the size label stands for; of a mixture of experts,
	// those of one expert's model, such as 7e9 of 8x7B.
	Parameters       int64 `json:"parameters,omitempty"`
	ExpertCount      int64 `json:"expertCount,omitempty"`      // 8 of 8x7B
	ActiveParameters int64 `json:"activeParameters,omitempty"` // 3e9 of 30B-A3B

	// FileType is the recipe that Encoding stands for, nil if it is none.
	FileType *quantize.FileType `json:"fileType,omitempty"`

	Split      int `json:"split,omitempty"`      // counted from 1, as the name does
	SplitCount int `json:"splitCount,omitempty"` // 0: no split set
}

// ParseName takes the name of a model apart, with or without directory and
// extension, such as "codellama-70b-python.Q4_K_S.gguf" or
// "Mixtral-8x7B-Instruct-v0.1-Q4_K_M-00001-of-00003.gguf".
//
// Names follow a convention (base, size, fine-tune, version, encoding, kind,
// split, with hyphens between them) only more or less, so that the result is a
// reading, not a fact. In particular, everything that is not recognized counts
// as part of the base in front of the size and as fine-tune behind it.
func ParseName(name string) Name {
	var n Name
	name = strings.ReplaceAll(name, `\`, "/")
	if organization, model, ok := strings.Cut(name, "/"); ok && !strings.Contains(model, "/") &&
		!strings.HasSuffix(name, ".gguf") && !strings.HasPrefix(organization, ".") {
		n.Organization = organization
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	if prefix, no, count, ok := gguf.ParseSplitName(name); ok {
		name, n.Split, n.SplitCount = prefix, no+1, count
	}
	for _, extension := range []string{".gguf", ".safetensors"} {
		name = strings.TrimSuffix(name, extension)
	}
	name = n.cutEncodingBehindDot(name)
	n.assign(nameParts(name))
	return n
}

func nameParts(name string) []string {
	return strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == ' ' })
}

// cutEncodingBehindDot takes the encoding of "model.Q4_K_S" off.
func (n *Name) cutEncodingBehindDot(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 && n.setEncoding(name[i+1:]) {
		return name[:i]
	}
	return name
}

// assign sorts the parts of a name into fields.
func (n *Name) assign(parts []string) {
	var base, size, fineTune, version []string
	atStart := true
	for i, part := range parts {
		last := i == len(parts)-1 // but for parts that kind and encoding take
		switch {
		case n.setKind(part):
		case n.Encoding == "" && i > 0 && n.setEncoding(part):
		case (i > 0 || len(parts) == 1) && n.setSize(part):
			size = append(size, sizeLabel(part))
			atStart = false
		case isVersion(part) && i > 0 && (strings.ContainsAny(part[:1], "vV") || !atStart || last):
			version = append(version, part)
			atStart = atStart && !strings.ContainsAny(part[:1], "vV")
		case atStart && startsBase(part, i):
			base = append(base, part)
		default:
			atStart = false
			fineTune = append(fineTune, part)
		}
	}
	n.Base = strings.Join(base, "-")
	n.SizeLabel = strings.Join(size, "-")
	n.FineTune = strings.Join(fineTune, "-")
	n.Version = strings.Join(version, "-")
}

func (n *Name) setKind(part string) bool {
	for _, kind := range []string{"LoRA", "vocab", "mmproj", "imatrix"} {
		if strings.EqualFold(part, kind) {
			n.Kind = kind
			return true
		}
	}
	return false
}

// setEncoding takes names of file types, of tensor types and what is built
// like one, such as Q4_K_XL.
func (n *Name) setEncoding(part string) bool {
	upper := strings.ToUpper(part)
	switch upper {
	case "FP16":
		upper = "F16"
	case "FP32":
		upper = "F32"
	}
	if upper == "" || '0' <= upper[0] && upper[0] <= '9' {
		return false // ParseFileType would take a number
	}
	ft, err := quantize.ParseFileType(upper)
	if err == nil {
		n.FileType = &ft
	} else if !looksLikeEncoding(upper) {
		return false
	}
	n.Encoding = upper
	return true
}

// looksLikeEncoding reports whether s is Q, IQ or TQ, a digit, and then parts
// of a few characters behind underscores.
func looksLikeEncoding(s string) bool {
	if _, err := quantize.ParseType(s); err == nil {
		return true
	}
	s, isQ := strings.CutPrefix(strings.TrimLeft(s, "IT"), "Q")
	head, rest, hasRest := strings.Cut(s, "_")
	if !isQ || len(head) != 1 || head[0] < '1' || head[0] > '8' || !hasRest {
		return false
	}
	for part := range strings.SplitSeq(rest, "_") {
		if len(part) == 0 || len(part) > 3 {
			return false
		}
	}
	return true
}

// isVersion reports whether s is a number with dots, with or without a v.
func isVersion(s string) bool {
	digits := strings.TrimLeft(s, "vV")
	if len(s)-len(digits) > 1 || digits == "" {
		return false
	}
	for part := range strings.SplitSeq(digits, ".") {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}

// startsBase reports whether a part in front of the size belongs to the base:
// a word that is no well-known fine-tune, or a version as in "Llama-3.1".
func startsBase(part string, i int) bool {
	if i > 0 && isDigit(part[0]) && !isVersion(part) {
		return false
	}
	for _, word := range []string{"chat", "instruct", "vision", "it", "base", "UD"} {
		if strings.EqualFold(part, word) {
			return false
		}
	}
	return true
}

// setSize takes "70b", "1.5B", "8x7B", "A3B", "E2B" and "7b1".
func (n *Name) setSize(part string) bool {
	if strings.HasSuffix(part, "k") {
		return false // a context length, as in Phi-3-mini-4k
	}
	s := sizeLabel(part)
	kind := byte(0)
	if s != "" && (s[0] == 'A' || s[0] == 'E') {
		kind, s = s[0], s[1:]
	}
	experts := int64(0)
	if count, each, ok := strings.Cut(s, "x"); ok && kind == 0 {
		c, err := strconv.ParseUint(count, 10, 16)
		if err != nil || c == 0 {
			return false
		}
		experts, s = int64(c), each
	}
	parameters, ok := parameterCount(s)
	switch {
	case !ok:
		return false
	case kind == 'A':
		n.ActiveParameters = parameters
	case n.Parameters == 0:
		n.Parameters, n.ExpertCount = parameters, experts
	default:
		return false // "8B-128K": what follows is the context length
	}
	return true
}

// sizeLabel writes a size as the convention has it: 1_5b and 7b1 are 1.5B and
// 7.1B.
func sizeLabel(part string) string {
	s := strings.ReplaceAll(part, "_", ".")
	s = strings.ReplaceAll(s, "X", "x")
	if k := len(s) - 2; k > 0 && isDigit(s[k+1]) && isUnit(s[k]) && isDigit(s[k-1]) {
		s = s[:k] + "." + s[k+1:] + s[k:k+1]
	}
	head, x, tail := "", "", s
	if i := strings.IndexByte(s, 'x'); i >= 0 {
		head, x, tail = s[:i], "x", s[i+1:]
	}
	return head + x + strings.ToUpper(tail)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isUnit(c byte) bool { return strings.IndexByte("KMBTkmbt", c) >= 0 }

// parameterCount reads "1.5B".
func parameterCount(s string) (int64, bool) {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[len(s)-2]) {
		return 0, false
	}
	exponent := strings.IndexByte("KMBT", s[len(s)-1])
	if exponent < 0 || strings.Trim(s[:len(s)-1], "0123456789.") != "" {
		return 0, false
	}
	// As decimal text, so that 0.6B is exactly 600,000,000.
	f, err := strconv.ParseFloat(s[:len(s)-1]+"e"+strconv.Itoa(3*(exponent+1)), 64)
	if err != nil || f < 1 || f > 1e18 {
		return 0, false
	}
	return int64(f), true
}
