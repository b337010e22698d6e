//go:build race

package unigram_test

const raceEnabled = true
