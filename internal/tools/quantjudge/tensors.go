package main

import (
	"bytes"
	"fmt"

	"github.com/nibble-go/nibble/gguf"
)

// firstDifferentTensor describes the first tensor whose type or bytes differ, or the first key that does, or nothing
// where the files cannot be read or differ elsewhere.
func firstDifferentTensor(ours, theirs []byte) string {
	a, err := gguf.NewReader(bytes.NewReader(ours), int64(len(ours)), gguf.ReaderOptions{})
	if err != nil {
		return "nibble's cannot be read: " + err.Error()
	}
	b, err := gguf.NewReader(bytes.NewReader(theirs), int64(len(theirs)), gguf.ReaderOptions{})
	if err != nil {
		return "llama-quantize's cannot be read: " + err.Error()
	}
	if a.Metadata.Len() != b.Metadata.Len() {
		return fmt.Sprintf("%d and %d keys", a.Metadata.Len(), b.Metadata.Len())
	}
	for key, v := range a.Metadata.All() {
		if w, ok := b.Metadata.Get(key); !ok || v.String() != w.String() || v.Type() != w.Type() {
			return fmt.Sprintf("key %s is %v and %v", key, v, w)
		}
	}
	if len(a.Tensors) != len(b.Tensors) {
		return fmt.Sprintf("%d and %d tensors", len(a.Tensors), len(b.Tensors))
	}
	for i, t := range a.Tensors {
		u := b.Tensors[i]
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
