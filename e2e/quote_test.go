package e2e

import "encoding/json"

// quote returns a string as JavaScript spells it.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // no string fails
	}
	return string(b)
}
