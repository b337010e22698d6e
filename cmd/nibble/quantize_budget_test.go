package main

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"1":         1,
		"4096":      4096,
		"500B":      500,
		"500M":      500e6,
		"500MB":     500e6,
		"1.5k":      1500,
		"4.6GiB":    4939212390,
		"4.6 gib":   4939212390,
		"2KiB":      2048,
		"1T":        1e12,
		"0.5":       0, // less than a byte
		"0":         0,
		"-1G":       0,
		"":          0,
		"G":         0,
		"1iB":       0,
		"1Gi":       0,
		"1GiBs":     0,
		"1MG":       0,
		"1KGiB":     0,
		"1BB":       0,
		"NaN":       0,
		"Inf":       0,
		"1e400":     0,
		"5000000T":  0,
		"1,5G":      0,
		"4.6GiB x":  0,
		"0x10":      0,
		"1e3K":      1e6,
		"9999999TB": 0,
	} {
		got, err := parseSize(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
}
