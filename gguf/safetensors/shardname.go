package safetensors

import (
	"strconv"
	"strings"
)

// shardSuffix ends the name of every shard.
const shardSuffix = ".safetensors"

// series is what the names of a model's shards have in common:
// STEM-00002-of-00003.safetensors. Any other name is a series of its own.
type series struct {
	stem  string
	count int
}

func shardSeries(name string) series {
	alone := series{name, 1}
	stem, _ := strings.CutSuffix(name, shardSuffix)
	stem, total, ok := cutLast(stem, "-of-")
	if !ok {
		return alone
	}
	stem, number, ok := cutLast(stem, "-")
	if !ok {
		return alone
	}
	no, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return alone
	}
	count, err := strconv.ParseUint(total, 10, 31)
	if err != nil || no < 1 || no > count {
		return alone
	}
	return series{stem, int(count)}
}

// cutLast cuts s around the last sep in it.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
