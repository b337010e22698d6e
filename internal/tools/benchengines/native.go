package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/tokenize"
)

const (
	nativeGo = "native Go"
	plainGo  = "native Go, tag purego"
)

// native is this process.
type native struct{ dir string }

func newNative(dir string) native { return native{dir} }

func (native) name() string { return nativeGo }
func (native) close() error { return nil }

func (native) tasks() []task {
	return append(tokenTasks(nibbleIDs, nibble), weightTasks(false)...)
}

func (n native) do(ctx context.Context, t task) (outcome, error) {
	switch t.Do {
	case doTokens:
		return n.tokens(t.Library)
	case doQuantize:
		return n.quantize(t.Type)
	case doConvert:
		return n.convert(ctx, t.Type)
	}
	return outcome{}, fmt.Errorf("no such task: %s", t.Do)
}

func (n native) tokens(library string) (outcome, error) {
	vocabulary, text, err := readTokens(n.dir)
	if err != nil {
		return outcome{}, err
	}
	var tok *tokenize.Tokenizer
	var ids []uint32
	encode := func() error {
		o := tokenize.Options{Special: tokenize.PlainSpecial, Workers: 1}
		if library == nibbleIDs {
			var err error
			ids, err = tok.AppendIDs(ids[:0], text, o)
			return err
		}
		e, err := tok.Encode(text, o)
		if err == nil {
			ids = e.IDs
		}
		return err
	}
	seconds, err := timed(func() (err error) {
		tok, err = tokenize.Read(vocabularyFile, vocabulary, tokenize.LoadOptions{})
		return err
	}, encode, encode)
	return outcome{Seconds: seconds, Digest: digestIDs(ids), Count: len(ids)}, err
}

func (n native) quantize(name string) (outcome, error) {
	data, err := os.ReadFile(filepath.Join(n.dir, weightsFile))
	if err != nil {
		return outcome{}, err
	}
	weights := make([]float32, len(data)/4)
	for i := range weights {
		weights[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	typ, err := quantize.ParseType(name)
	if err != nil {
		return outcome{}, err
	}
	var blocks []byte
	seconds, err := timed(func() (err error) {
		blocks, err = quantize.AppendEncode(nil, typ, weights, quantize.Options{Columns: columns, Workers: 1})
		return err
	})
	return outcome{Seconds: seconds, Digest: digest(blocks), Count: len(blocks)}, err
}

func (n native) convert(ctx context.Context, fileType string) (outcome, error) {
	var file []byte
	seconds, err := timed(func() error {
		plan, err := convert.NewPlan(ctx, filepath.Join(n.dir, modelFile), convert.Options{Type: fileType})
		if err != nil {
			return err
		}
		defer plan.Close()
		output, err := plan.Output(convert.StreamOptions{Workers: 1})
		if err != nil {
			return err
		}
		file = make([]byte, plan.Bytes())
		for {
			piece, err := output.Next(ctx)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			copy(file[piece.Offset:], piece.Bytes)
		}
	})
	return outcome{Seconds: seconds, Digest: digest(file), Count: len(file)}, err
}

// readTokens reads the vocabulary and the text.
func readTokens(dir string) (vocabulary []byte, text string, err error) {
	if vocabulary, err = os.ReadFile(filepath.Join(dir, vocabularyFile)); err != nil {
		return nil, "", err
	}
	data, err := os.ReadFile(filepath.Join(dir, textFile))
	return vocabulary, string(data), err
}

// timed times functions that run one after the other.
func timed(run ...func() error) (seconds []float64, err error) {
	for _, f := range run {
		runtime.GC() // what came before is not this one's to pay for
		start := time.Now()
		err := f()
		seconds = append(seconds, time.Since(start).Seconds())
		if err != nil {
			return nil, err
		}
	}
	return seconds, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func digestIDs(ids []uint32) string {
	b := make([]byte, 0, 4*len(ids))
	for _, id := range ids {
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	return digest(b)
}
