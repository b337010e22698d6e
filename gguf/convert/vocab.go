package convert

import (
	"fmt"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// maxVocabulary bounds the number of tokens that a configuration may claim.
// The largest vocabularies have a few hundred thousand.
const maxVocabulary = 1 << 21

const tokenizerModel = "tokenizer.model"

// spaceMark stands for a space in SentencePiece's vocabularies (U+2581).
const spaceMark = "\u2581"

// Types of tokens, as tokenizer.ggml.token_type has them.
const (
	tokenNormal      = 1
	tokenUnknown     = 2
	tokenControl     = 3
	tokenUserDefined = 4
	tokenUnused      = 5
	tokenByte        = 6
)

// The keys of a vocabulary that its kinds share.
const (
	keyVocabModel     = "tokenizer.ggml.model"
	keyVocabPre       = "tokenizer.ggml.pre"
	keyTokens         = "tokenizer.ggml.tokens"
	keyScores         = "tokenizer.ggml.scores"
	keyTokenType      = "tokenizer.ggml.token_type"
	keyTokenTypeCount = "tokenizer.ggml.token_type_count"
	keyMerges         = "tokenizer.ggml.merges"
	keyAddSpacePrefix = "tokenizer.ggml.add_space_prefix"
)

// addVocabulary writes the tokenizer's keys, in the order in which the
// reference converter writes them for the model's architecture (llama.cpp.md,
// section 4.6). It reads every file that it needs; an unknown pre-tokenizer
// shows here, before any weight is read.
func (m *model) addVocabulary(meta *gguf.Metadata) error {
	v, err := m.newVocabulary(meta)
	if err != nil {
		return err
	}
	switch m.arch {
	case archLlama, archMistral, archMixtral, archSmolLM3:
		err = v.addLlama()
	case archQwen2, archQwen3:
		err = v.addPiecesOrBPE()
	case archGemma2:
		err = v.addGemma()
	case archGemma3:
		if v.hasPieces() {
			err = v.addGemma()
		} else {
			err = v.addBPE()
		}
	case archPhi3:
		err = v.addPhi3()
	case archBERT:
		err = v.addBERT()
	default:
		err = v.addBPE()
	}
	return err
}

// A vocabulary is written from a model directory into a file's metadata.
type vocabulary struct {
	dir       *directory
	meta      *gguf.Metadata
	modelType string
	size      int // vocab_size of config.json, 0 where it has none
	typeCount int // type_vocab_size
	pre       string
	config    *jsonread.Object // config.json as it stands
}

func (m *model) newVocabulary(meta *gguf.Metadata) (*vocabulary, error) {
	v := &vocabulary{dir: m.dir, meta: meta, config: m.config.raw, pre: m.opts.PreTokenizer}
	v.modelType, _ = m.config.raw.String("model_type")
	size, _, err := m.config.integer("vocab_size")
	if err != nil {
		return nil, err
	}
	if size < 0 || size > maxVocabulary {
		return nil, malformed(m.dir, configFile, fmt.Errorf("vocab_size is %d", size))
	}
	v.size = int(size)
	types, ok, err := m.config.integer("type_vocab_size")
	if err != nil {
		return nil, err
	}
	if !ok {
		types = 1
	}
	if types < 0 || types > maxVocabulary {
		return nil, malformed(m.dir, configFile, fmt.Errorf("type_vocab_size is %d", types))
	}
	v.typeCount = int(types)
	return v, nil
}

func (v *vocabulary) hasPieces() bool { return v.dir.Has(tokenizerModel) }

// files reads what describes the vocabulary beside tokenizer.model.
func (v *vocabulary) files(whole bool) (*vocabFiles, error) {
	return readVocabFiles(v.dir, v.config, whole)
}

// addPiecesOrBPE prefers tokenizer.model.
func (v *vocabulary) addPiecesOrBPE() error {
	if v.hasPieces() {
		return v.addPieces()
	}
	return v.addBPE()
}

// Sizes of vocabularies by which the reference knows two families of models.
const (
	codeLlamaVocabulary    = 32016 // CodeLlama's, with tokens for infilling
	graniteSmallVocabulary = 49152 // the small code models' of Granite; also SmolLM's
	codeLlamaEOT           = 32010
)

// addLlama takes tokenizer.model, else a tokenizer.json that was made of one,
// else a byte-level tokenizer.json.
func (v *vocabulary) addLlama() error {
	if v.dir.Has("tekken.json") && !v.dir.Has("tokenizer.json") && !v.hasPieces() {
		return &RefusedError{
			Path: v.dir.path,
			What: "has its vocabulary in tekken.json only",
			Hint: "take the version of the model that has a tokenizer.json",
		}
	}
	f, err := v.files(!v.hasPieces())
	if err != nil {
		return err
	}
	if add, ok := f.tokenizerConfig.Bool("add_prefix_space"); ok {
		v.meta.Set(keyAddSpacePrefix, gguf.Bool(add))
	}
	switch {
	case v.hasPieces():
		err = v.writePieces(f)
	case madeOfPieces(f.tokenizer):
		err = v.writeLlamaHF(f)
	default:
		err = v.writeBPE(f)
	}
	if err != nil {
		return err
	}
	switch v.size {
	case codeLlamaVocabulary:
		special, err := findSpecialTokens(f, infillKinds, 0)
		if err != nil {
			return err
		}
		special.setID("eot", codeLlamaEOT)
		return special.write(v.meta)
	case graniteSmallVocabulary:
		v.meta.Set(keyAddBOS, gguf.Bool(false))
	}
	return nil
}

// addGemma needs tokenizer.model: tokenizer.json of these models has no
// scores.
func (v *vocabulary) addGemma() error {
	if err := v.addPieces(); err != nil {
		return err
	}
	v.meta.Set(keyAddSpacePrefix, gguf.Bool(false))
	return nil
}

// addPhi3 takes tokenizer.model, for Phi 3 and 3.5; Phi 4 has GPT-2's
// tokenizer.
func (v *vocabulary) addPhi3() error {
	f, err := v.files(true)
	if err != nil {
		return err
	}
	class, _ := f.tokenizerConfig.String("tokenizer_class")
	if class == "GPT2Tokenizer" || !v.hasPieces() && !madeOfPieces(f.tokenizer) {
		return v.writeBPE(f)
	}
	return v.writePhi3(f)
}

// missing refuses a directory without a file that its vocabulary needs.
func (v *vocabulary) missing(what string) error {
	return &RefusedError{
		Path: v.dir.path,
		What: what,
		Hint: "download that file too; it is in the original model's repository",
	}
}

// write sets the keys that every vocabulary has. Without scores, there is no
// key for them.
func (v *vocabulary) write(model, pre string, list *tokenList) {
	v.meta.Set(keyVocabModel, gguf.String(model))
	v.meta.Set(keyVocabPre, gguf.String(pre))
	v.meta.Set(keyTokens, gguf.Strings(list.texts))
	if list.scores != nil {
		v.meta.Set(keyScores, gguf.Float32s(list.scores))
	}
	v.meta.Set(keyTokenType, gguf.Int32s(list.types))
}

// writeSpecial sets the keys of the special tokens with ids below bound; 0: of
// any id.
func (v *vocabulary) writeSpecial(f *vocabFiles, bound int) error {
	special, err := findSpecialTokens(f, specialKinds, bound)
	if err != nil {
		return err
	}
	return special.write(v.meta)
}
