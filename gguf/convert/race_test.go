//go:build race

package convert

const underRace = true
