package gguf_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

// An array taken apart and made of its elements again is the same, for every
// type of elements.
func TestElements(t *testing.T) {
	fromFile, err := everyType(file().head(0, everyTypeKeys)).read(gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	arrays := 0
	for key, want := range sameValues().All() {
		if want.Type() != gguf.TypeArray {
			continue
		}
		arrays++
		stored, _ := fromFile.Metadata.Get(key)
		elements, err := stored.Elements()
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if got, err := gguf.ArrayOf(want.ElemType(), elements); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v, want %v", key, got, err, want)
		}
	}
	if arrays != 13 {
		t.Errorf("%d arrays", arrays)
	}
}

func TestElementsErrors(t *testing.T) {
	if _, err := gguf.String("a").Elements(); !errors.Is(err, gguf.ErrType) {
		t.Errorf("elements of a string: %v", err)
	}
	if _, err := gguf.ArrayOf(gguf.TypeUint8, []gguf.Value{gguf.Uint8(1), gguf.Int8(1)}); !errors.Is(err, gguf.ErrType) {
		t.Errorf("an array of two types: %v", err)
	}
	for _, elem := range []gguf.ValueType{gguf.TypeArray, 13} {
		if _, err := gguf.ArrayOf(elem, nil); !errors.Is(err, gguf.ErrLayout) {
			t.Errorf("an array of elements of %s: %v", elem, err)
		}
	}
	limited, err := everyType(file().head(0, everyTypeKeys)).read(gguf.ReaderOptions{MaxArrayLen: 2})
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := limited.Metadata.Get("a.str")
	if _, err := texts.Elements(); !errors.Is(err, gguf.ErrUnsupported) {
		t.Errorf("an array above the limit: %v", err)
	}
}
