package edit

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// notText are the keys below general. that are no strings.
var notText = map[string]Type{
	alignmentKey:                   {Elem: gguf.TypeUint32},
	"general.file_type":            {Elem: gguf.TypeUint32},
	"general.quantization_version": {Elem: gguf.TypeUint32},
	"general.tags":                 {Elem: gguf.TypeString, Array: true},
	"general.languages":            {Elem: gguf.TypeString, Array: true},
	"general.datasets":             {Elem: gguf.TypeString, Array: true},
}

// GuessType returns the type that text most likely has as the value of a key
// that a file does not have yet: a string below general., where all but a few
// are strings; else bool for true and false, u32 and i32 for whole numbers, f32
// for others, an array of these or of strings for one in JSON, and a string for
// what is none of them. It reports false where the caller must know the type:
// for whole numbers of more than 32 bits, and for text in brackets that is no
// array of one type or has no elements.
func GuessType(key, text string) (Type, bool) {
	if t, ok := notText[key]; ok {
		return t, true
	}
	if strings.HasPrefix(key, "general.") {
		return Type{Elem: gguf.TypeString}, true
	}
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]") {
		return guessArray(text)
	}
	t, ok := guessSingle(text)
	return Type{Elem: t}, ok
}

// guessSingle returns the type of a bool or number, and TypeString for what is
// neither.
func guessSingle(text string) (gguf.ValueType, bool) {
	if text == "true" || text == "false" {
		return gguf.TypeBool, true
	}
	switch n, err := strconv.ParseInt(text, 10, 64); {
	case err == nil && n >= 0 && n <= math.MaxUint32:
		return gguf.TypeUint32, true
	case err == nil && n < 0 && n >= math.MinInt32:
		return gguf.TypeInt32, true
	case err == nil, errors.Is(err, strconv.ErrRange):
		return 0, false
	}
	if f, err := strconv.ParseFloat(text, 32); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return gguf.TypeFloat32, true
	}
	return gguf.TypeString, true
}

// guessArray returns the type of a JSON array in which all elements can have
// one, by the rules for single values.
func guessArray(text string) (Type, bool) {
	guesses := []gguf.ValueType{gguf.TypeBool, gguf.TypeUint32, gguf.TypeInt32, gguf.TypeString}
	if strings.ContainsAny(text, ".eENI") { // of numbers, some are not whole
		guesses = append(guesses, gguf.TypeFloat32)
	}
	for _, elem := range guesses {
		if v, err := parseArray(elem, text); err == nil {
			return Type{elem, true}, v.Len() > 0
		}
	}
	return Type{}, false
}
