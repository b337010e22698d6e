package quantmodels

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/gguf"
)

// Write writes the model to dir, to one file or to those of a split set, and returns the path of the first.
func (m *Model) Write(dir string) (string, error) {
	infos := make([]gguf.TensorInfo, len(m.Tensors))
	for i, t := range m.Tensors {
		infos[i] = t.TensorInfo
	}
	if m.Spec.Split == 0 {
		layout, err := gguf.NewLayout(m.Metadata, infos)
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, "model.gguf")
		return path, writeFile(path, layout, m.Tensors)
	}
	counts, left := make([]int, m.Spec.Split), len(infos)
	for i := range counts {
		counts[i] = left / (len(counts) - i)
		left -= counts[i]
	}
	layouts, err := gguf.PlanSplitsAt(m.Metadata, infos, counts)
	if err != nil {
		return "", err
	}
	prefix, next := filepath.Join(dir, "model"), 0
	for i, layout := range layouts {
		if err := writeFile(gguf.SplitName(prefix, i, len(layouts)), layout, m.Tensors[next:next+counts[i]]); err != nil {
			return "", err
		}
		next += counts[i]
	}
	return gguf.SplitName(prefix, 0, len(layouts)), nil
}

func writeFile(path string, layout *gguf.Layout, tensors []Tensor) error {
	var file bytes.Buffer
	w, err := gguf.NewWriter(&file, layout)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for i, t := range tensors {
		if err := w.WriteTensor(i, bytes.NewReader(t.Data)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, file.Bytes(), 0o666)
}
