package main

import (
	"regexp"
	"strings"
)

// What the programs print of a tensor under --dry-run: its name, its type, and the one that it is to get, which
// llama-quantize leaves out where it is the same.
var (
	theirPlan = regexp.MustCompile(`(?m)^\[ *\d+/ *\d+\] (\S+) +- \[.*?\], type = +(\w+), size = .*MiB(?: \((\w+)\))?$`)
	ourPlan   = regexp.MustCompile(`(?m)^(\S+) +[0-9x]+ +(\w+) +(\w+)(?: \(not \w+\))? +[0-9.]+ +[0-9.]+ [KMG]?i?B$`)
)

// plannedTypes returns the tensors and types that a program says it would write, as text.
func plannedTypes(said string) string {
	var plan strings.Builder
	for _, pattern := range []*regexp.Regexp{theirPlan, ourPlan} {
		for _, match := range pattern.FindAllStringSubmatch(said, -1) {
			name, from, to := match[1], match[2], match[3]
			if to == "" {
				to = from
			}
			plan.WriteString(name + " " + from + " " + to + "\n")
		}
	}
	return plan.String()
}
