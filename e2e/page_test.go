package e2e

import "testing"

func TestTokensFromTheStart(t *testing.T) {
	p := open(t, "")
	p.waitText("#tok-facts", "4,096")
	p.fill("#tok-text", "Once upon a time")
	p.waitText("#tok-ids", " ")
	t.Log(p.text("#tok-ids"))
	p.picture("tokens-light")
}
