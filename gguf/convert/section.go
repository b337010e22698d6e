package convert

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// A section is an object of a JSON file, read by key. A model directory spells
// many keys in several ways; each accessor takes the spellings in order and
// asks for the first that is there, as the reference does, so that a null
// hides the spellings that follow. Null reads as absent. Errors name the file
// and the key, and wrap [ErrFormat].
type section struct {
	where  string // the file, and the path of the object in it where it is not the whole
	values *jsonread.Object
}

// find returns the value of the first of keys that the section has, nil where
// there is none or where it is null.
func (s section) find(keys ...string) (key string, v jsonread.Value) {
	for _, key := range keys {
		if v, ok := s.values.Get(key); ok {
			return key, v
		}
	}
	return strings.Join(keys, ", "), nil
}

// integer returns a whole number.
func (s section) integer(keys ...string) (n int64, ok bool, err error) {
	key, v := s.find(keys...)
	if v == nil {
		return 0, false, nil
	}
	number, isNumber := v.(jsonread.Number)
	if !isNumber {
		return 0, false, s.wrongType(key, "a whole number", v)
	}
	if n, err = number.Int(); err != nil {
		return 0, false, s.fault(key, fmt.Sprintf("%s is not a whole number of 64 bits", number))
	}
	return n, true, nil
}

// float returns a number.
func (s section) float(keys ...string) (f float64, ok bool, err error) {
	key, v := s.find(keys...)
	if v == nil {
		return 0, false, nil
	}
	number, isNumber := v.(jsonread.Number)
	if !isNumber {
		return 0, false, s.wrongType(key, "a number", v)
	}
	return number.Float(), true, nil
}

// text returns a string.
func (s section) text(key string) (text string, ok bool, err error) {
	_, v := s.find(key)
	if v == nil {
		return "", false, nil
	}
	if text, ok = v.(string); !ok {
		return "", false, s.wrongType(key, "a string", v)
	}
	return text, true, nil
}

// floats returns an array of numbers.
func (s section) floats(key string) (values []float32, ok bool, err error) {
	_, v := s.find(key)
	if v == nil {
		return nil, false, nil
	}
	array, isArray := v.(jsonread.Array)
	if !isArray {
		return nil, false, s.wrongType(key, "an array of numbers", v)
	}
	values = make([]float32, len(array))
	for i, element := range array {
		number, isNumber := element.(jsonread.Number)
		if !isNumber {
			return nil, false, s.wrongType(fmt.Sprintf("%s[%d]", key, i), "a number", element)
		}
		values[i] = float32(number.Float())
	}
	return values, true, nil
}

// section returns an object within the section.
func (s section) section(key string) (sub section, ok bool, err error) {
	_, v := s.find(key)
	if v == nil {
		return section{}, false, nil
	}
	object, isObject := v.(*jsonread.Object)
	if !isObject {
		return section{}, false, s.wrongType(key, "an object", v)
	}
	return section{s.where + ": " + key, object}, true, nil
}

// needInteger returns a whole number that the architecture cannot do without.
func (s section) needInteger(keys ...string) (int64, error) {
	n, ok, err := s.integer(keys...)
	if err == nil && !ok {
		err = s.missing(keys...)
	}
	return n, err
}

// needPositive returns a whole number above zero that the architecture cannot
// do without: a count that something is divided by.
func (s section) needPositive(keys ...string) (int64, error) {
	n, err := s.needInteger(keys...)
	if err == nil && n <= 0 {
		key, _ := s.find(keys...)
		err = s.fault(key, fmt.Sprintf("%d is not above zero", n))
	}
	return n, err
}

// needFloat returns a number that the architecture cannot do without.
func (s section) needFloat(keys ...string) (float64, error) {
	f, ok, err := s.float(keys...)
	if err == nil && !ok {
		err = s.missing(keys...)
	}
	return f, err
}

func (s section) missing(keys ...string) error {
	return s.fault(strings.Join(keys, " or "), "missing")
}

func (s section) wrongType(key, want string, have jsonread.Value) error {
	return s.fault(key, fmt.Sprintf("want %s, have %s", want, kindOf(have)))
}

func (s section) fault(key, what string) error {
	return fmt.Errorf("%s: %s: %s: %w", s.where, key, what, ErrFormat)
}

// kindOf names the kind of a JSON value in words.
func kindOf(v jsonread.Value) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case jsonread.Number:
		return "a number"
	case string:
		return "a string"
	case jsonread.Array:
		return "an array"
	}
	return "an object"
}
