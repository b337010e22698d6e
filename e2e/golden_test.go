package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// TestGoldenBlocks holds the page's encoders and decoders against the reference's bytes.
func TestGoldenBlocks(t *testing.T) {
	vectors, err := golden.Read("..", golden.Small)
	if err != nil {
		t.Fatal(err)
	}
	p := openWeights(t)
	for _, v := range vectors {
		blobs := [][]byte{floatBytes(v.Input)}
		if v.Importance != nil {
			blobs = append(blobs, floatBytes(v.Importance))
		}
		request := &wasm.QuantizeRequest{Type: v.Type, Columns: v.Cols}
		encoded := p.call(wasm.OpQuantizeEncode, request, nil, blobs...)
		if !bytes.Equal(encoded[0], v.Bytes) {
			t.Errorf("%s: the bytes differ", v.Name)
		}
		if v.DecodedSHA256 == "" {
			continue
		}
		decoded := p.call(wasm.OpQuantizeDecode, request, nil, encoded[0])
		if sum(decoded[0]) != v.DecodedSHA256 {
			t.Errorf("%s: the decoded values differ", v.Name)
		}
	}
	t.Log(len(vectors), "vectors")
}

func floatBytes(x []float32) []byte {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

const manyThings = "Hello, world! The quick brown fox can't jump 12345 times.\n\n\tnaïve café 世界 🦊🏽 \u200b<|endoftext|> <s> ſ ﬁ \r\n  end  "

// TestGoldenTokens holds the ids that the page's engine makes against native code's, in the small module and in the
// whole one.
func TestGoldenTokens(t *testing.T) {
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	p := openTokens(t, "x")
	if p.engineStatus().Whole {
		t.Error("the first visit loads the whole module")
	}
	p.checkIDs("tokenizer.json", data)
	if p.engineStatus().Whole {
		t.Error("the bundled vocabulary needs the whole module")
	}

	tried := 0
	root := shared(t, "tokenizers")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() > 1<<20 || !slices.Contains([]string{".json", ".model", ".tiktoken"}, filepath.Ext(path)) {
			return err // the large ones take their time on the way to the browser
		}
		if data, err = os.ReadFile(path); err != nil {
			return err
		}
		if p.checkIDs(filepath.Base(path), data) {
			tried++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if tried == 0 {
		t.Error("no vocabulary was tried")
	}
	t.Log(tried, "more vocabularies")
}

// checkIDs compares ids, if the file is a vocabulary to native code.
func (p *page) checkIDs(name string, data []byte) bool {
	p.t.Helper()
	native, err := tokenize.Read(name, data, tokenize.LoadOptions{})
	if err != nil {
		return false
	}
	var opened wasm.TextOpenReply
	p.call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{name}}, &opened, data)
	for _, addSpecial := range []bool{false, true} {
		o := asShown
		o.AddSpecial = addSpecial
		want := encode(p.t, native, manyThings, o).IDs
		request := &wasm.TextEncodeRequest{Tokenizer: opened.Tokenizer, Options: wasm.TextOptions{AddSpecial: addSpecial}}
		blobs := p.call(wasm.OpTextEncode, request, nil, []byte(manyThings))
		var ids []uint32
		for b := blobs[0]; len(b) >= 4; b = b[4:] {
			ids = append(ids, binary.LittleEndian.Uint32(b))
		}
		if !slices.Equal(ids, want) {
			p.t.Errorf("%s: ids %v, want %v", name, ids, want)
		}
	}
	p.call(wasm.OpTextClose, &wasm.TextHandle{Tokenizer: opened.Tokenizer}, nil)
	return true
}

// TestNothingIsLeftOpen: what is opened and replaced is closed in the module.
func TestNothingIsLeftOpen(t *testing.T) {
	p := openWeights(t)
	p.view("tensors")
	p.waitText("#weights-tensor-name", "model.")
	path := sampleGGUF(t, "Q8_0")
	handles := func() int { return p.engineStatus().Handles }
	before := handles()
	for range 3 {
		p.choose("#weights-files", path)
		p.waitText("#weights-name", strings.TrimSuffix(filepath.Base(path), ".gguf"))
		p.click("#weights-sample")
		p.waitText("#weights-total-type", "BF16")
	}
	waitValue(p, `engineAsk({kind: "status"}).then((s) => s.handles)`, before)
}
