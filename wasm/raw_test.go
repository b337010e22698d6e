package wasm

import "testing"

func TestRaw(t *testing.T) {
	for _, document := range []string{
		`{"weights":3,"report":{"a":[1,"}"]},"name":null}`,
		`{"weights":3,"report" : {"a":[1,"}"]} , "name":null }`,
	} {
		var reply WeightsOpenReply
		if err := ParseJSON([]byte(document), &reply); err != nil {
			t.Fatal(err)
		}
		if got, want := string(reply.Report), `{"a":[1,"}"]}`; got != want {
			t.Errorf("%s: %s, want %s", document, got, want)
		}
		if got := string(reply.Name); got != "null" {
			t.Errorf("%s: %s", document, got)
		}
	}
}
