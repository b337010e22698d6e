package e2e

import "encoding/json"

// quote returns a value as JavaScript spells it.
func quote(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // the tests' values are plain
	}
	return string(b)
}
