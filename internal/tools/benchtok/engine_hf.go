//go:build hftokenizers

package main

import (
	"os"

	"github.com/daulet/tokenizers"
)

func init() {
	engines = append(engines, engine{"daulet/tokenizers", func(v vocabulary) bool { return v.JSON != "" }, openDaulet})
}

func openDaulet(v vocabulary) (func(string) (int, error), error) {
	data, err := os.ReadFile(v.JSON)
	if err != nil {
		return nil, err
	}
	tok, err := tokenizers.FromBytes(data)
	if err != nil {
		return nil, err
	}
	return func(text string) (int, error) {
		ids, _ := tok.Encode(text, false)
		return len(ids), nil
	}, nil
}
