package convert

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

const (
	tokenizerFile = "tokenizer.json"
	mergesFile    = "merges.txt"
)

// maxVocabBytes bounds the files that hold a vocabulary. The largest, with a
// quarter of a million tokens, have 35 MB.
const maxVocabBytes = 256 << 20

// readTokenizer reads tokenizer.json, or only its added tokens and its stages.
// It returns nil where there is no such file.
func readTokenizer(dir *directory, whole bool) (*vocab.JSON, error) {
	file, size, err := openVocabFile(dir, tokenizerFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	r := io.NewSectionReader(file, 0, size)
	var t *vocab.JSON
	if whole {
		t, err = vocab.ReadJSON(r)
	} else {
		t, err = readStages(r)
	}
	if err != nil {
		return nil, malformed(dir, tokenizerFile, err)
	}
	return t, nil
}

// readStages reads what a tokenizer.json says beside its model.
func readStages(r io.Reader) (*vocab.JSON, error) {
	t := &vocab.JSON{}
	d := jsonread.NewDecoder(r, jsonread.Options{NonFinite: true})
	err := d.ReadObject(func(key string) error {
		switch key {
		case "normalizer", "post_processor", "added_tokens":
		default:
			return d.Skip()
		}
		v, err := d.ReadValue()
		if err != nil {
			return err
		}
		switch key {
		case "normalizer":
			t.Normalizer, _ = v.(*jsonread.Object)
		case "post_processor":
			t.PostProcessor, _ = v.(*jsonread.Object)
		default:
			list, _ := v.(jsonread.Array)
			t.AddedTokens, err = listedAddedTokens(list)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, d.End()
}

func listedAddedTokens(list jsonread.Array) ([]vocab.AddedToken, error) {
	tokens := make([]vocab.AddedToken, len(list))
	for i, v := range list {
		o, _ := v.(*jsonread.Object)
		id, ok := o.Int("id")
		content, isText := o.String("content")
		if !ok || !isText || id < 0 || id >= maxVocabulary {
			return nil, fmt.Errorf("[%d] is not a token by its id", i)
		}
		tokens[i] = flagged(o, vocab.AddedToken{ID: int(id), Content: content})
	}
	return tokens, nil
}

// madeOfPieces reports whether a tokenizer.json was made of a SentencePiece
// model: BPE that falls back to bytes, with a decoder in several steps.
func madeOfPieces(t *vocab.JSON) bool {
	if t == nil || t.Model.Type != vocab.BPE || !t.Model.ByteFallback {
		return false
	}
	kind, _ := t.Decoder.String("type")
	return kind == "Sequence"
}

// spaceByte is a space in byte-level vocabularies.
const spaceByte = "\u0120"

// readMerges returns the merges of tokenizer.json, or of merges.txt where it
// has none: two tokens with a space between. A space within a token is written
// as byte-level vocabularies do.
func readMerges(f *vocabFiles) ([]string, error) {
	m := &f.tokenizer.Model
	if len(m.Merges) == 0 {
		return readMergesFile(f.dir)
	}
	merges := make([]string, 0, len(m.Merges))
	for left, right := range m.MergeTexts() {
		if m.MergesPaired {
			left = strings.ReplaceAll(left, " ", spaceByte)
			right = strings.ReplaceAll(right, " ", spaceByte)
		}
		merges = append(merges, left+" "+right)
	}
	return merges, nil
}

// readMergesFile reads merges.txt, passing over its title and every line that
// is not two tokens.
func readMergesFile(dir *directory) ([]string, error) {
	text, err := readText(dir, mergesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var merges []string
	for i, line := range strings.Split(text, "\n") {
		parts := strings.Fields(line)
		if i == 0 && strings.HasPrefix(line, "#") || len(parts) != 2 {
			continue
		}
		merges = append(merges, parts[0]+" "+parts[1])
	}
	return merges, err
}

// openVocabFile opens a file that holds a vocabulary.
func openVocabFile(dir *directory, name string) (*os.File, int64, error) {
	f, size, err := dir.open(name)
	if err != nil {
		return nil, 0, err
	}
	head := make([]byte, len(lfsMagic))
	n, _ := f.ReadAt(head, 0)
	switch {
	case string(head[:n]) == lfsMagic:
		err = &RefusedError{
			Path: filepath.Join(dir.path, name),
			What: "is a git-lfs pointer, not the vocabulary",
			Hint: "fetch it: git lfs install && git lfs pull",
		}
	case size > maxVocabBytes:
		err = malformed(dir, name, fmt.Errorf("%d bytes, more than %d", size, maxVocabBytes))
	default:
		return f, size, nil
	}
	return nil, 0, errors.Join(err, f.Close())
}

// readSentencePiece reads tokenizer.model.
func readSentencePiece(dir *directory) (*vocab.SentencePiece, error) {
	f, size, err := openVocabFile(dir, tokenizerModel)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	if _, err := f.ReadAt(data, 0); err != nil && !(errors.Is(err, io.EOF) && size == 0) {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir.path, tokenizerModel), err)
	}
	model, err := vocab.ReadSentencePiece(data)
	if err != nil {
		return nil, malformed(dir, tokenizerModel, err)
	}
	return model, nil
}
