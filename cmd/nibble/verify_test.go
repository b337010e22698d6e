package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/checksum"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
)

// kindsOf returns what found damage, each once.
func kindsOf(damages []convert.Damage) []convert.DamageKind {
	var kinds []convert.DamageKind
	for i := range damages {
		kinds = append(kinds, damages[i].Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// verified verifies data, as a file of the given name beside its manifest, in dir.
func verified(t *testing.T, path string, data []byte, against string) *verification {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	a := &app{stdout: io.Discard, stderr: io.Discard}
	v, err := a.verifyAll(context.Background(), path, verifyFlags{against: against, quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func writeManifestOf(t *testing.T, path string) {
	t.Helper()
	var text bytes.Buffer
	if err := checksum.WriteManifest(t.Context(), &text, []string{path}, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+manifestSuffix, text.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A flipped bit is found by what should find it, in each kind of place.
func TestVerifyFindsFlippedBits(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes the sample model several times")
	}
	model, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.gguf")
	// With Q4_K in it, so that there are scales, scales of scales, mins and quants.
	plan, err := convert.NewPlan(t.Context(), model, convert.Options{Type: "q4_k_s"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.WriteFile(t.Context(), path, convert.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := plan.Close(); err != nil {
		t.Fatal(err)
	}
	writeManifestOf(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if v := verified(t, path, data, model); len(v.Damages) > 0 || v.Manifest == nil || v.Manifest.Agree != 40 {
		t.Fatalf("the file as it was written: %+v, %+v", v.Damages, v.Manifest)
	}
	f, err := gguf.NewReader(bytes.NewReader(data), int64(len(data)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tensor, ok := f.Tensor("blk.1.attn_q.weight")
	if !ok || tensor.Type != quantize.Q4_K {
		t.Fatalf("no Q4_K tensor to damage: %+v", tensor)
	}
	const block = 7 // the row has one block
	start := tensor.FileOffset() + block*144
	within := func(text string) int64 { return int64(bytes.Index(data, []byte(text))) }

	header, padding := convert.DamagedHeader, convert.DamagedPadding
	values, sum, source := convert.DamagedValues, convert.DamagedSum, convert.NotOfSource
	for _, c := range []struct {
		place string
		at    int64
		bits  byte
		want  []convert.DamageKind
	}{
		{"magic", 0, 1, []convert.DamageKind{header}},
		{"number of tensors", 8, 1, []convert.DamageKind{header}},
		{"number of keys", 16 + 7, 1, []convert.DamageKind{header}},
		{"length of a key", 24, 1, []convert.DamageKind{header}},
		{"case of a key", within("general.name"), 0x20, []convert.DamageKind{sum, header}},
		{"another key", within("general.name"), 1, []convert.DamageKind{sum}},
		{"text of a value", within("Fable 4m"), 1, []convert.DamageKind{sum}},
		{"a token of the vocabulary", within("<|im_start|>"), 1, []convert.DamageKind{sum}},
		{"name of a tensor", within("blk.2.attn_q.weight"), 1, []convert.DamageKind{sum, source}},
		{"padding of the header", f.DataOffset - 1, 0x80, []convert.DamageKind{sum, padding}},
		{"exponent of a scale", start + 1, 0x7c &^ data[start+1], []convert.DamageKind{sum, source, values}},
		{"mantissa of a scale", start, 1, []convert.DamageKind{sum}},
		{"scales of the sub-blocks", start + 4, 1, []convert.DamageKind{sum}},
		{"quants", start + 143, 0x80, []convert.DamageKind{sum, source}},
		{"the last byte", int64(len(data)) - 1, 1, []convert.DamageKind{sum}},
	} {
		damaged := bytes.Clone(data)
		damaged[c.at] ^= c.bits
		against := ""
		if slices.Contains(c.want, source) {
			against = model
		}
		v := verified(t, path, damaged, against)
		slices.Sort(c.want)
		if got := kindsOf(v.Damages); !slices.Equal(got, c.want) {
			t.Errorf("%s: found by %q, want %q: %+v", c.place, got, c.want, v.Damages)
		}
		for i := range v.Damages {
			d := &v.Damages[i]
			if d.Block == nil || d.Tensor != tensor.Name {
				continue
			}
			if *d.Block != (convert.BlockAt{Row: block}) || d.Count != 1 || d.Offset != c.at && d.Offset != c.at-1 {
				t.Errorf("%s: damage of kind %s at %+v, byte %d, want row %d, byte %d", c.place, d.Kind, d.Block, d.Offset, block, c.at)
			}
		}
	}
}

// Any byte of a small file counts, also those between its tensors.
func TestVerifyEveryByte(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "gguf", "testdata", "splits", "whole.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.NewReader(bytes.NewReader(data), int64(len(data)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "whole.gguf")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	writeManifestOf(t, path)
	between := 0
	for at := range data {
		const versionAt, versionEnd = 4, 8
		if versionAt <= at && at < versionEnd {
			continue // another version is no damage, but a file that is not supported
		}
		inTensor := slices.ContainsFunc(f.Tensors, func(t *gguf.Tensor) bool {
			return t.FileOffset() <= int64(at) && int64(at) < t.FileOffset()+t.Bytes()
		})
		isPadding := at >= int(f.DataOffset) && !inTensor
		if !isPadding && at%7 > 0 {
			continue // some of the others will do
		}
		damaged := bytes.Clone(data)
		damaged[at] ^= 1 << (at % 8)
		if _, err := gguf.NewReader(bytes.NewReader(damaged), int64(len(data)), gguf.ReaderOptions{}); err != nil && at < int(f.DataOffset) {
			continue // types and sizes that are not supported: TestVerifyFindsFlippedBits has those that are damage
		}
		found := kindsOf(verified(t, path, damaged, "").Damages)
		if !slices.Contains(found, convert.DamagedSum) {
			t.Fatalf("byte %d: found by %q, and not by its checksum", at, found)
		}
		if isPadding {
			between++
			if !slices.Contains(found, convert.DamagedPadding) {
				t.Fatalf("byte %d: found by %q, and not as padding", at, found)
			}
		}
	}
	if between == 0 {
		t.Error("the file has no padding between tensors")
	}
}
