package text

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// describe says what a tokenizer is. It has no handle yet.
func describe(t *tokenize.Tokenizer) *wasm.TextOpenReply {
	info := t.Info()
	reply := &wasm.TextOpenReply{
		Source: info.Source, Model: info.Model, VocabSize: info.VocabSize,
		ByteComplete: info.ByteComplete, HasMerges: hasMerges(t), ContextLength: info.ContextLength,
		Notes: info.Notes, Fingerprint: fingerprint(t),
	}
	for _, stage := range []wasm.TextStage{
		{Stage: "normalizer", Description: info.Normalizer},
		{Stage: "preTokenizer", Description: info.PreTokenizer},
		{Stage: "postProcessor", Description: info.PostProcessor},
		{Stage: "decoder", Description: info.Decoder},
	} {
		if stage.Description != "" {
			reply.Stages = append(reply.Stages, stage)
		}
	}
	for _, a := range info.Added {
		reply.Added = append(reply.Added, wasm.TextAdded{ID: a.ID, Text: a.Text, Roles: a.Roles, Guessed: a.Guessed, Special: a.Special})
	}
	return reply
}

func hasMerges(t *tokenize.Tokenizer) bool {
	_, err := t.MergeSteps("a")
	return !errors.Is(err, tokenize.ErrNoMerges)
}
