package host

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// newGuest returns a guest that sees a directory of this machine's as "/".
func newGuest(t *testing.T, tags, dir string) *Guest {
	t.Helper()
	m := newModule(t, tags, Options{})
	g, err := m.NewGuest(t.Context(), os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGoldenBlocks holds the module's encoders and decoders against the
// reference's bytes, with kernels and without.
func TestGoldenBlocks(t *testing.T) {
	skipUnlessAll(t)
	for name, m := range withAndWithout(t) {
		t.Run(name, func(t *testing.T) {
			g, err := m.NewGuest(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			checkGoldenBlocks(t, g)
		})
	}
}

func checkGoldenBlocks(t *testing.T, g *Guest) {
	t.Helper()
	for _, file := range []string{golden.Small, golden.Traps} {
		vectors, err := golden.Read("../..", file)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range vectors {
			blobs := [][]byte{floatBytes(v.Input)}
			if v.Importance != nil {
				blobs = append(blobs, floatBytes(v.Importance))
			}
			request := &wasm.QuantizeRequest{Type: v.Type, Columns: v.Cols}
			encoded, err := g.Call(t.Context(), wasm.OpQuantizeEncode, request, nil, blobs...)
			if err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
			want := v.Bytes
			if want == nil {
				typ, err := quantize.ParseType(v.Type)
				if err != nil {
					t.Fatal(err)
				}
				// Native code is held against the hash elsewhere.
				if want, err = quantize.AppendEncode(nil, typ, v.Input, quantize.Options{Columns: v.Cols, Importance: v.Importance}); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(encoded[0], want) {
				t.Errorf("%s: the bytes differ", v.Name)
			}
			if v.DecodedSHA256 == "" {
				continue
			}
			decoded, err := g.Call(t.Context(), wasm.OpQuantizeDecode, request, nil, encoded[0])
			if err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
			if hash(decoded[0]) != v.DecodedSHA256 {
				t.Errorf("%s: the decoded values differ", v.Name)
			}
		}
	}
}

func floatBytes(x []float32) []byte {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// vocabularies returns the files of ../shared that the module is held against
// native code with, and that of the sample.
func vocabularies(t *testing.T) map[string][]byte {
	t.Helper()
	data, err := os.ReadFile("../../internal/sample/fable-4m/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"tokenizer.json": data}
	shared := "../../../shared/tokenizers"
	if _, err := os.Stat(shared); err != nil {
		t.Log("no ../shared: only the sample's vocabulary is tried")
		return files
	}
	err = filepath.WalkDir(shared, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".tiktoken", ".model", ".gguf":
		case ".json":
			if !strings.Contains(filepath.Base(path), "tokenizer") && !strings.Contains(filepath.Base(path), "tekken") {
				return nil
			}
		default:
			return nil
		}
		if files[path], err = os.ReadFile(path); len(files[path]) > 4<<20 || err != nil {
			delete(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

const sampleText = "Hello, world! The quick brown fox can't jump 12345 times.\n\n\tnaïve café 世界 🦊🏽 \u200b<|endoftext|> <s> ſ ﬁ \r\n  end  "

// TestGoldenTokens holds the module's tokens against native code's, which other
// tests hold against the formats' own tools.
func TestGoldenTokens(t *testing.T) {
	skipUnlessAll(t)
	whole := newGuest(t, whole, t.TempDir())
	tried := 0
	for name, data := range vocabularies(t) {
		native, err := tokenize.Read(filepath.Base(name), data, tokenize.LoadOptions{})
		if err != nil {
			continue // not a vocabulary, or one that needs to be told more
		}
		tried++
		checkTokens(t, whole, name, data, native)
	}
	t.Log(tried, "vocabularies")
	native, err := tokenize.ReadFS(sample.FS(), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../internal/sample/fable-4m/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	checkTokens(t, newGuest(t, small, t.TempDir()), "tokenizer.json", data, native)
}

func checkTokens(t *testing.T, g *Guest, name string, data []byte, native *tokenize.Tokenizer) {
	t.Helper()
	var opened wasm.TextOpenReply
	if _, err := g.Call(t.Context(), wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{filepath.Base(name)}}, &opened, data); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, addSpecial := range []bool{false, true} {
		e, err := native.Encode(sampleText, tokenize.Options{AddSpecial: addSpecial, Padding: &tokenize.Padding{}, Truncation: &tokenize.Truncation{}})
		if err != nil {
			continue
		}
		var reply wasm.TextEncodeReply
		request := &wasm.TextEncodeRequest{Tokenizer: opened.Tokenizer, Options: wasm.TextOptions{AddSpecial: addSpecial}}
		blobs, err := g.Call(t.Context(), wasm.OpTextEncode, request, &reply, []byte(sampleText))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		alone, err := g.Call(t.Context(), wasm.OpTextIDs, request, nil, []byte(sampleText))
		if err != nil || !bytes.Equal(alone[0], blobs[0]) {
			t.Errorf("%s: the ids alone are others: %v", name, err)
		}
		var ids []uint32
		for b := blobs[0]; len(b) >= 4; b = b[4:] {
			ids = append(ids, binary.LittleEndian.Uint32(b))
		}
		if !slices.Equal(ids, e.IDs) {
			t.Errorf("%s: ids %v, want %v", name, ids, e.IDs)
		}
	}
	if _, err := g.Call(t.Context(), wasm.OpTextClose, &wasm.TextHandle{Tokenizer: opened.Tokenizer}, nil); err != nil {
		t.Error(err)
	}
}

// TestGoldenFile converts the sample in the module. The hashes are those of
// llama-quantize's files.
func TestGoldenFile(t *testing.T) {
	skipUnlessAll(t)
	for _, fileType := range []string{"Q4_K_M", "Q8_0"} {
		want := fableHash(t, fileType)
		g := newGuest(t, whole, "../../internal/sample")
		var plan wasm.ConvertPlanReply
		options := []byte(`{"type":"` + fileType + `","quantize":{"always":true}}`)
		if _, err := g.Call(t.Context(), wasm.OpConvertPlan, &wasm.ConvertPlanRequest{Path: "/" + sample.Name}, &plan, options); err != nil {
			t.Fatal(err)
		}
		got := convertFile(t, g, &plan)
		if hash(got) != want {
			t.Errorf("%s: sha256 %s, want %s", fileType, hash(got), want)
		}
		if memory := g.MemoryBytes(); memory > 64<<20 {
			t.Errorf("%s: %d bytes of memory", fileType, memory)
		}
	}
}

// convertFile carries a plan out.
func convertFile(t *testing.T, g *Guest, plan *wasm.ConvertPlanReply) []byte {
	t.Helper()
	if _, err := g.Call(t.Context(), wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion}, nil); err != nil {
		t.Fatal(err)
	}
	out := make([]byte, plan.Bytes)
	for written := int64(0); ; {
		var next wasm.ConvertNextReply
		blobs, err := g.Call(t.Context(), wasm.OpConvertNext, &wasm.ConvertHandle{Conversion: plan.Conversion}, &next)
		if err != nil {
			t.Fatal(err)
		}
		if next.End {
			if written != plan.Bytes {
				t.Fatalf("%d bytes written, want %d", written, plan.Bytes)
			}
			return out
		}
		written += int64(copy(out[next.Offset:], blobs[0]))
	}
}

// fableHash returns the hash of the sample's file as llama-quantize makes it.
func fableHash(t *testing.T, fileType string) string {
	t.Helper()
	data, err := os.ReadFile("../../testdata/golden/fable.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		// model, imatrix, ftype, size, sha256, perplexity
		if fields := strings.Fields(line); len(fields) > 4 && fields[1] == "none" && fields[2] == fileType {
			return fields[4]
		}
	}
	t.Fatalf("fable.tsv has no %s", fileType)
	return ""
}
