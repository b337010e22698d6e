//go:build !race

package unigram_test

const raceEnabled = false
