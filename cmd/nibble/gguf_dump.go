package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/units"
)

type ggufDumpFlags struct {
	json, markdown bool
	noTensors      bool
	full           bool
}

func (a *app) ggufDumpCommand() *cobra.Command {
	var f ggufDumpFlags
	cmd := &cobra.Command{
		Use:   "dump FILE",
		Short: "Print the header of a GGUF file: metadata and tensors",
		Long: `dump prints what stands in the header of a GGUF file: every key with its type
and value, every tensor with its shape (outermost dimension first), type, place
in the file and size in bytes. Of a split set it prints the one file that is
named. A file that is not complete yet will do, if its header is there.

Arrays and long texts are shortened. Characters that a terminal could take for
commands are escaped.`,
		Example: `  nibble gguf dump model.gguf --no-tensors
  nibble gguf dump model.gguf --json | jq '.metadata[] | select(.key == "general.name")'
  nibble gguf dump model.gguf --markdown > model.md`,
		Args: arguments(1, 1),
		RunE: a.action1(func(path string) error { return a.ggufDump(path, f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVar(&f.markdown, "markdown", false, "print Markdown")
	flags.BoolVar(&f.noTensors, "no-tensors", false, "leave out the tensors")
	flags.BoolVar(&f.full, "full", false, "print arrays and texts in full")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	return cmd
}

func (a *app) ggufDump(path string, f ggufDumpFlags) error {
	file, err := gguf.OpenSingle(path, gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		return err
	}
	defer file.Close()
	d, err := newHeaderDump(path, file, f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case f.json:
		return writeJSON(a.stdout, d)
	case f.markdown:
		return d.writeMarkdown(a.stdout)
	}
	return d.writeText(a.stdout)
}

// headerDump is the header of a GGUF file.
type headerDump struct {
	File        string         `json:"file"`
	Version     uint32         `json:"version"`
	ByteOrder   string         `json:"byteOrder"`
	Alignment   int64          `json:"alignment"`
	DataOffset  int64          `json:"dataOffset"`
	Size        int64          `json:"size"`
	Warnings    []string       `json:"warnings,omitempty"`
	Metadata    []metadataLine `json:"metadata"`
	TensorCount int            `json:"tensorCount"`
	Tensors     []tensorLine   `json:"tensors,omitempty"`
}

type metadataLine struct {
	Key   string `json:"key"`
	Type  string `json:"type"`            // of the elements of an array
	Count *int   `json:"count,omitempty"` // of an array: its elements, of which Value may hold the first
	Value any    `json:"value"`

	shown string
}

type tensorLine struct {
	Name   string  `json:"name"`
	Shape  []int64 `json:"shape"` // outermost dimension first
	Type   string  `json:"type"`
	Offset int64   `json:"offset"` // from the start of the file
	Bytes  int64   `json:"bytes"`
}

func newHeaderDump(path string, file *gguf.File, f ggufDumpFlags) (*headerDump, error) {
	d := &headerDump{
		File: path, Version: file.Version, ByteOrder: nameOfOrder(file), Alignment: file.Alignment,
		DataOffset: file.DataOffset, Size: file.Size, TensorCount: len(file.Tensors),
	}
	for _, w := range file.Warnings {
		d.Warnings = append(d.Warnings, w.String())
	}
	if n := len(file.Tensors); n > 0 {
		last := file.Tensors[n-1]
		if missing := last.FileOffset() + last.Bytes() - file.Size; missing > 0 {
			d.Warnings = append(d.Warnings, fmt.Sprintf("the file is not complete: %d bytes are missing at the end", missing))
		}
	}
	for key, v := range file.Metadata.All() {
		line, err := newMetadataLine(key, v, f.full)
		if err != nil {
			return nil, err
		}
		d.Metadata = append(d.Metadata, line)
	}
	if !f.noTensors {
		for _, t := range file.Tensors {
			shape := slices.Clone(t.Dims)
			slices.Reverse(shape)
			d.Tensors = append(d.Tensors, tensorLine{t.Name, shape, t.Type.String(), t.FileOffset(), t.Bytes()})
		}
	}
	return d, nil
}

func nameOfOrder(file *gguf.File) string {
	if file.ByteOrder == binary.BigEndian {
		return "big"
	}
	return "little"
}

// formatLine says what kind of file it is.
func (d *headerDump) formatLine() string {
	return fmt.Sprintf("GGUF version %d, %s-endian, alignment %d, data from byte %d of %d",
		d.Version, d.ByteOrder, d.Alignment, d.DataOffset, d.Size)
}

func (l *metadataLine) typeName() string {
	if l.Count != nil {
		return fmt.Sprintf("%s[%d]", l.Type, *l.Count)
	}
	return l.Type
}

func (d *headerDump) writeText(w io.Writer) error {
	fmt.Fprintf(w, "%s\n%s\n", printable(d.File), d.formatLine())
	for _, warning := range d.Warnings {
		fmt.Fprintf(w, "warning: %s\n", printable(warning))
	}
	fmt.Fprintf(w, "\n%d keys\n", len(d.Metadata))
	keys, types := 0, 0
	for i := range d.Metadata {
		l := &d.Metadata[i]
		keys = max(keys, min(len(displayName(l.Key)), 48))
		types = max(types, len(l.typeName()))
	}
	for i := range d.Metadata {
		l := &d.Metadata[i]
		if _, err := fmt.Fprintf(w, "%-*s  %-*s  %s\n", keys, displayName(l.Key), types, l.typeName(), l.shown); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n%d tensors\n", d.TensorCount)
	if len(d.Tensors) == 0 {
		return nil
	}
	t := newTable("tensor", ">shape", "type", ">offset", ">bytes")
	for _, l := range d.Tensors {
		t.add(displayName(l.Name), units.Shape(l.Shape), l.Type, fmt.Sprint(l.Offset), fmt.Sprint(l.Bytes))
	}
	return t.write(w, terminalWidth(w))
}

func (d *headerDump) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "# %s\n\n%s\n", inMarkdown(d.File), d.formatLine())
	for _, warning := range d.Warnings {
		fmt.Fprintf(w, "\nWarning: %s\n", inMarkdown(warning))
	}
	fmt.Fprintf(w, "\n## Metadata: %d keys\n\n| Key | Type | Value |\n| --- | --- | --- |\n", len(d.Metadata))
	for i := range d.Metadata {
		l := &d.Metadata[i]
		fmt.Fprintf(w, "| %s | %s | %s |\n", inMarkdown(displayName(l.Key)), inMarkdown(l.typeName()), inMarkdown(l.shown))
	}
	_, err := fmt.Fprintf(w, "\n## Tensors: %d\n", d.TensorCount)
	if len(d.Tensors) == 0 {
		return err
	}
	fmt.Fprint(w, "\n| Tensor | Shape | Type | Offset | Bytes |\n| --- | ---: | --- | ---: | ---: |\n")
	for _, l := range d.Tensors {
		if _, err = fmt.Fprintf(w, "| %s | %s | %s | %d | %d |\n", inMarkdown(displayName(l.Name)), units.Shape(l.Shape), inMarkdown(l.Type), l.Offset, l.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// inMarkdown escapes what Markdown and the HTML in it take for more than text.
func inMarkdown(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		switch {
		case r == '\n':
			r = ' '
		case strings.ContainsRune("\\`*_{}[]<>()#|&~!", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
