package units

import (
	"math"
	"testing"
	"time"
)

func TestUnits(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Bytes(0), "0 B"},
		{Bytes(1023), "1023 B"},
		{Bytes(1024), "1.00 KiB"},
		{Bytes(8397312), "8.01 MiB"},
		{Bytes(123 << 20), "123 MiB"},
		{Bytes(5 << 40), "5.00 TiB"},
		{Bytes(math.MaxInt64), "8388608 TiB"},
		{Count(999), "999"},
		{Count(4_194_304), "4.19 M"},
		{Count(671_000_000_000), "671 B"},
		{Duration(1234 * time.Millisecond), "1.23 s"},
		{Duration(61 * time.Second), "1m1s"},
		{Shape([]int64{4096, 256}), "4096x256"},
		{Shape(nil), ""},
		{Error(0), "0"},
		{Error(0.00123), "1.23e-03"},
		{Decibels(math.Inf(1)), "exact"},
		{Decibels(21.456), "21.46"},
		{Significant(0.03125), "0.0312"},
		{Significant(1.0 / (1 << 20)), "9.54e-07"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
