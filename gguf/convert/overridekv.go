package convert

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// llama.cpp keeps the keys and strings of overrides in 128 bytes with a NUL at
// the end.
const maxOverrideBytes = 127

// An override is metadata that replaces or joins that of the model.
type override struct {
	key   string
	value gguf.Value
}

// parseOverrides reads overrides of the form KEY=TYPE:VALUE.
func parseOverrides(texts []string) ([]override, error) {
	overrides := make([]override, len(texts))
	for i, text := range texts {
		var err error
		if overrides[i], err = parseOverride(text); err != nil {
			return nil, fmt.Errorf("override %s: %w", text, err)
		}
	}
	return overrides, nil
}

// parseOverride reads one override with the value that llama-quantize stores
// for it: an int as uint32 without its sign, a float as float32. What
// llama-quantize reads in part (the 12 of 12abc), cuts to 32 bits or stores as
// infinite is an error.
func parseOverride(text string) (override, error) {
	key, typed, found := strings.Cut(text, "=")
	kind, value, typeFound := strings.Cut(typed, ":")
	switch {
	case !found || !typeFound:
		return override{}, errors.New("it is not of the form KEY=TYPE:VALUE")
	case key == "":
		return override{}, errors.New("the key is empty")
	case len(key) > maxOverrideBytes:
		return override{}, fmt.Errorf("the key of %d bytes is longer than %d", len(key), maxOverrideBytes)
	}
	v, err := overrideValue(kind, value)
	switch {
	case err != nil:
	case strings.HasPrefix(key, "split."):
		err = errors.New("the keys of a split set follow from its files")
	case key == "general.architecture" && v.Type() != gguf.TypeString:
		err = errors.New("the architecture is a str")
	}
	return override{key, v}, err
}

func overrideValue(kind, text string) (gguf.Value, error) {
	switch kind {
	case "int":
		n, err := strconv.ParseInt(text, 10, 64)
		n = max(n, -n)
		if err != nil || n < 0 || n > math.MaxUint32 {
			return gguf.Value{}, fmt.Errorf("%q is no integer of 32 bits", text)
		}
		return gguf.Uint32(uint32(n)), nil
	case "float":
		// By way of float64, which rounds twice.
		x, err := strconv.ParseFloat(text, 64)
		if f := float32(x); err == nil && !strings.Contains(text, "_") && !isNonFinite(f) {
			return gguf.Float32(f), nil
		}
		return gguf.Value{}, fmt.Errorf("%q is no finite number of 32 bits", text)
	case "bool":
		if text == "true" || text == "false" {
			return gguf.Bool(text == "true"), nil
		}
		return gguf.Value{}, fmt.Errorf("%q is neither true nor false", text)
	case "str":
		switch {
		case len(text) > maxOverrideBytes:
			return gguf.Value{}, fmt.Errorf("the string of %d bytes is longer than %d", len(text), maxOverrideBytes)
		case hasNUL(text):
			return gguf.Value{}, errors.New("the string holds a NUL")
		}
		return gguf.String(text), nil
	}
	return gguf.Value{}, fmt.Errorf("type %q is none of int, float, bool and str", kind)
}

func isNonFinite(f float32) bool { return f != f || math.IsInf(float64(f), 0) }
