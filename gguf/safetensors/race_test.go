//go:build race

package safetensors_test

const underRace = true
