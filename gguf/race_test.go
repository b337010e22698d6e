//go:build race

package gguf_test

const underRace = true
