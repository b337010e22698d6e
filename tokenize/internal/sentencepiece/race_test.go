//go:build race

package sentencepiece_test

const raceEnabled = true
