package edit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
)

func ExampleUpdate() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.gguf")
	if err := os.CopyFS(dir, os.DirFS("../testdata/splits")); err != nil {
		fmt.Println(err)
		return
	}
	if err := os.Rename(filepath.Join(dir, "whole.gguf"), path); err != nil {
		fmt.Println(err)
		return
	}

	rename := func(name string) func(*gguf.Metadata) error {
		return func(m *gguf.Metadata) error {
			m.Set("general.name", gguf.String(name))
			return nil
		}
	}
	for _, name := range []string{"Made On", "A longer name"} {
		outcome, err := edit.Update(context.Background(), path, rename(name), edit.UpdateOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(outcome.InPlace, outcome.Length)
	}
	// Output:
	// true 2
	// false 0
}

func ExampleSplit() {
	f, err := gguf.Open("../testdata/splits/whole.gguf")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	plan, err := edit.Split(f, edit.SplitOptions{MaxBytes: 500})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, path := range plan.Paths("made") {
		fmt.Println(path, len(plan.Files[i].Tensors), "tensors")
	}
	// Output:
	// made-00001-of-00003.gguf 3 tensors
	// made-00002-of-00003.gguf 2 tensors
	// made-00003-of-00003.gguf 1 tensors
}

func ExampleParseValue() {
	for _, text := range []string{"4096", `["en", "de"]`, "[0.5, 1]"} {
		typ, known := edit.GuessType("some.key", text)
		if !known {
			fmt.Println("no type follows from", text)
			return
		}
		v, err := edit.ParseValue(typ, text)
		fmt.Println(typ, v, err)
	}
	// Output:
	// u32 4096 <nil>
	// str[] str[2] <nil>
	// f32[] f32[2] <nil>
}
