package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	pkoukk "github.com/pkoukk/tiktoken-go"
	"github.com/tiktoken-go/tokenizer"

	"github.com/nibble-go/nibble/tokenize"
)

const nibble = "nibble"

// An engine is a tokenizer that can be called in this process.
type engine struct {
	name  string
	reads func(vocabulary) bool

	// open returns a fresh tokenizer: what it returns encodes a text, special
	// tokens taken for text, and returns the number of ids.
	open func(vocabulary) (func(string) (int, error), error)
}

var engines = []engine{
	{nibble, func(vocabulary) bool { return true }, openNibble},
	{"tiktoken-go/tokenizer", func(v vocabulary) bool { return v.Encoding != "" }, openTiktokenGo},
	{"pkoukk/tiktoken-go", func(v vocabulary) bool { return v.Ranks != "" }, openPkoukk},
}

func openNibble(v vocabulary) (func(string) (int, error), error) {
	tok, err := tokenize.Open(v.path())
	if err != nil {
		return nil, err
	}
	var ids []uint32
	return func(text string) (int, error) {
		var err error
		ids, err = tok.AppendIDs(ids[:0], text, tokenize.Options{Special: tokenize.PlainSpecial, Workers: 1})
		return len(ids), err
	}, nil
}

func openTiktokenGo(v vocabulary) (func(string) (int, error), error) {
	codec, err := tokenizer.Get(tokenizer.Encoding(v.Encoding))
	if err != nil {
		return nil, err
	}
	return func(text string) (int, error) {
		ids, _, err := codec.Encode(text)
		return len(ids), err
	}, nil
}

// rankLoader makes pkoukk's library read a local file, not the network.
type rankLoader struct{ path string }

func (l rankLoader) LoadTiktokenBpe(string) (map[string]int, error) {
	data, err := os.ReadFile(l.path)
	if err != nil {
		return nil, err
	}
	ranks := make(map[string]int)
	for line := range strings.Lines(string(data)) {
		encoded, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
		token, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}
		if ranks[string(token)], err = strconv.Atoi(digits); err != nil {
			return nil, fmt.Errorf("%s: %w", l.path, err)
		}
	}
	return ranks, nil
}

func openPkoukk(v vocabulary) (func(string) (int, error), error) {
	loader := rankLoader{v.Ranks}
	encoding := &pkoukk.Encoding{Name: v.Name, PatStr: v.Pattern, SpecialTokens: map[string]int{}}
	var err error
	if v.Encoding != "" {
		pkoukk.SetBpeLoader(loader)
		tok, err := pkoukk.GetEncoding(v.Encoding)
		if err != nil {
			return nil, err
		}
		return func(text string) (int, error) { return len(tok.EncodeOrdinary(text)), nil }, nil
	}
	if encoding.MergeableRanks, err = loader.LoadTiktokenBpe(""); err != nil {
		return nil, err
	}
	core, err := pkoukk.NewCoreBPE(encoding.MergeableRanks, encoding.SpecialTokens, encoding.PatStr)
	if err != nil {
		return nil, err
	}
	tok := pkoukk.NewTiktoken(core, encoding, map[string]any{})
	return func(text string) (int, error) { return len(tok.EncodeOrdinary(text)), nil }, nil
}
