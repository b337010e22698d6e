//go:build !race

package sentencepiece_test

const raceEnabled = false
