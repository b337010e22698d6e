package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// formatBytes returns a size in the unit that leaves one to four digits before the point.
func formatBytes(n int64) string {
	if n < 1<<10 {
		return strconv.FormatInt(n, 10) + " B"
	}
	value, unit := float64(n), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for value >= 1024 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	return threeDigits(value) + " " + units[unit]
}

// formatCount returns a number of things in words that people use for parameters: 4.23 M, 7.24 B.
func formatCount(n int64) string {
	value, unit := float64(n), 0
	units := []string{"", " K", " M", " B", " T"}
	for value >= 1000 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	if unit == 0 {
		return strconv.FormatInt(n, 10)
	}
	return threeDigits(value) + units[unit]
}

// threeDigits returns value with three significant digits, but never fewer than its integer part has.
func threeDigits(value float64) string {
	switch {
	case value < 10:
		return strconv.FormatFloat(value, 'f', 2, 64)
	case value < 100:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 0, 64)
}

// formatDuration returns a time that somebody waited.
func formatDuration(d time.Duration) string {
	if d < time.Minute {
		return threeDigits(d.Seconds()) + " s"
	}
	return d.Round(time.Second).String()
}

// formatShape returns a shape, outermost dimension first.
func formatShape(shape []int64) string {
	var b strings.Builder
	for i, d := range shape {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(strconv.FormatInt(d, 10))
	}
	return b.String()
}

// formatError returns an error measure in three significant digits.
func formatError(v float64) string {
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%.2e", v)
}

// formatDecibels returns a ratio in dB, "exact" where there is no error.
func formatDecibels(v float64) string {
	if math.IsInf(v, 1) {
		return "exact"
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
