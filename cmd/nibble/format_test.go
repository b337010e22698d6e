package main

import (
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{displayName("blk.0.attn_q.weight"), "blk.0.attn_q.weight"},
		{displayName("a\x1b[2Jb"), `"a\x1b[2Jb"`},
		{displayName("\u202egnp"), `"\u202egnp"`},
		{displayName("\xff"), `"\xff"`},
		{displayName("two words"), `"two words"`},
		{displayName(""), `""`},
		{printable("plain\nlines, naïve"), "plain\nlines, naïve"},
		{printable("a\x1b[2Jb\xff\u200b"), `a\x1b[2Jb\xff\u200b`},
		{shorten("blk.0.attn_q.weight", 13), "blk.0.attn_q…"},
		{shorten("blk.0.attn_q.weight", 11), "blk.0…tn_q…"},
		{shorten("blk.0.attn_q.bias", 11), "blk.0….bias"},
		{shorten("short", 11), "short"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestTable(t *testing.T) {
	tab := newTable("name", ">number", "note")
	tab.add("a", "1", "")
	tab.add("a_longer_name_here", "1234", "x")
	var b strings.Builder
	if err := tab.write(&b, 0); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"name                number  note\n" +
		"a                        1\n" +
		"a_longer_name_here    1234  x\n"
	if b.String() != want {
		t.Errorf("table:\n%swant:\n%s", b.String(), want)
	}
	b.Reset()
	if err := tab.write(&b, 25); err != nil {
		t.Fatal(err)
	}
	want = "" +
		"name          number note\n" +
		"a                  1\n" +
		"a_long…e_here   1234 x\n"
	if b.String() != want {
		t.Errorf("table on a terminal of 25 columns:\n%swant:\n%s", b.String(), want)
	}
}
