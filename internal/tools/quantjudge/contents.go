package main

import (
	"bytes"
	"fmt"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/tools/quantmodels"
)

// llama-quantize copies the key general.alignment and aligns tensors to 32 bytes all the same, so that the file cannot
// be read. It gets the model without the key, and what nibble writes must have the same contents beside it.

const alignmentKey = "general.alignment"

// realigned reports whether the model asks for another alignment than the usual.
func (c quantizeCase) realigned() bool { return c.model.Align != 0 && c.model.Align != 32 }

func unaligned(m *quantmodels.Model) *quantmodels.Model {
	other := *m
	other.Metadata = m.Metadata.Clone()
	other.Metadata.Delete(alignmentKey)
	return &other
}

// difference describes the first tensor whose type or bytes differ, or the first key that does, that of the alignment
// left aside. It returns nothing where files differ elsewhere, or not at all.
func difference(ours, theirs []byte) string {
	a, err := gguf.NewReader(bytes.NewReader(ours), int64(len(ours)), gguf.ReaderOptions{})
	if err != nil {
		return "nibble's cannot be read: " + err.Error()
	}
	b, err := gguf.NewReader(bytes.NewReader(theirs), int64(len(theirs)), gguf.ReaderOptions{})
	if err != nil {
		return "llama-quantize's cannot be read: " + err.Error()
	}
	if text := differentKey(a.Metadata.Clone(), b.Metadata.Clone()); text != "" {
		return text
	}
	return differentTensor(a.Tensors, b.Tensors)
}

func differentKey(ours, theirs *gguf.Metadata) string {
	ours.Delete(alignmentKey)
	theirs.Delete(alignmentKey)
	if ours.Len() != theirs.Len() {
		return fmt.Sprintf("%d and %d keys", ours.Len(), theirs.Len())
	}
	for key, v := range ours.All() {
		if w, ok := theirs.Get(key); !ok || v.String() != w.String() || v.Type() != w.Type() {
			return fmt.Sprintf("key %s is %v and %v", key, v, w)
		}
	}
	return ""
}

func differentTensor(ours, theirs []*gguf.Tensor) string {
	if len(ours) != len(theirs) {
		return fmt.Sprintf("%d and %d tensors", len(ours), len(theirs))
	}
	for i, t := range ours {
		u := theirs[i]
		switch {
		case t.Name != u.Name:
			return fmt.Sprintf("tensor %d is %s and %s", i, t.Name, u.Name)
		case t.Type != u.Type:
			return fmt.Sprintf("tensor %s is %v and %v", t.Name, t.Type, u.Type)
		case !bytes.Equal(contents(t), contents(u)):
			return fmt.Sprintf("tensor %s (%v) has other bytes", t.Name, t.Type)
		}
	}
	return ""
}

func contents(t *gguf.Tensor) []byte {
	data := make([]byte, t.Bytes())
	if _, err := t.ReadAt(data, 0); err != nil {
		return nil
	}
	return data
}
