package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{formatBytes(0), "0 B"},
		{formatBytes(1023), "1023 B"},
		{formatBytes(1024), "1.00 KiB"},
		{formatBytes(8397312), "8.01 MiB"},
		{formatBytes(123 << 20), "123 MiB"},
		{formatBytes(5 << 40), "5.00 TiB"},
		{formatBytes(math.MaxInt64), "8388608 TiB"},
		{formatCount(999), "999"},
		{formatCount(4_194_304), "4.19 M"},
		{formatCount(671_000_000_000), "671 B"},
		{formatDuration(1234 * time.Millisecond), "1.23 s"},
		{formatDuration(61 * time.Second), "1m1s"},
		{formatShape([]int64{4096, 256}), "4096x256"},
		{formatShape(nil), ""},
		{formatError(0), "0"},
		{formatError(0.00123), "1.23e-03"},
		{formatDecibels(math.Inf(1)), "exact"},
		{formatDecibels(21.456), "21.46"},
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
