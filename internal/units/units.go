// Package units writes numbers for people: few digits, with the unit that fits.
package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Bytes returns a size in the unit that leaves one to four digits before the
// point.
func Bytes(n int64) string {
	if n < 1<<10 {
		return strconv.FormatInt(n, 10) + " B"
	}
	value, unit := float64(n), 0
	names := [...]string{"B", "KiB", "MiB", "GiB", "TiB"}
	for value >= 1024 && unit < len(names)-1 {
		value /= 1024
		unit++
	}
	return ThreeDigits(value) + " " + names[unit]
}

// Count returns a number of things as parameters are counted: 4.23 M, 7.24 B.
func Count(n int64) string {
	value, unit := float64(n), 0
	names := [...]string{"", " K", " M", " B", " T"}
	for value >= 1000 && unit < len(names)-1 {
		value /= 1000
		unit++
	}
	if unit == 0 {
		return strconv.FormatInt(n, 10)
	}
	return ThreeDigits(value) + names[unit]
}

// ThreeDigits returns value with three significant digits, but never fewer than
// its integer part has.
func ThreeDigits(value float64) string {
	switch {
	case value < 10:
		return strconv.FormatFloat(value, 'f', 2, 64)
	case value < 100:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 0, 64)
}

// Duration returns a time that somebody waited.
func Duration(d time.Duration) string {
	if d < time.Minute {
		return ThreeDigits(d.Seconds()) + " s"
	}
	return d.Round(time.Second).String()
}

// Shape returns dimensions joined by x.
func Shape(dims []int64) string {
	var b strings.Builder
	for i, d := range dims {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(strconv.FormatInt(d, 10))
	}
	return b.String()
}

// Error returns an error measure in three significant digits.
func Error(v float64) string {
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2e", v)
}

// Decibels returns a ratio in dB, "exact" where there is no error.
func Decibels(v float64) string {
	if math.IsInf(v, 1) {
		return "exact"
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// Significant returns value in three significant digits, with an exponent where
// it would be long without.
func Significant(value float64) string { return strconv.FormatFloat(value, 'g', 3, 64) }
