package weights

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// A model is an open one, of any format.
type model struct {
	report  *inspect.Report
	tensors []*tensor          // in the order of the report
	byName  map[string]*tensor // by the name that a reply spells
	file    io.Closer
	missing string // why it cannot be converted, "" where it may be
	begun   *measurement
}

// close forgets what was begun, and closes the files.
func (m *model) close() error {
	m.endMeasurement()
	return m.file.Close()
}

// openModel opens the GGUF file, the model directory or the .safetensors file at
// path.
func openModel(path string) (*model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	open := openGGUF
	switch {
	case info.IsDir():
		open = openDirectory
	case strings.EqualFold(filepath.Ext(path), ".safetensors"):
		open = openWeights
	}
	m, err := open(path)
	if err != nil {
		return nil, err
	}
	m.byName = make(map[string]*tensor, len(m.tensors))
	for _, t := range m.tensors {
		// A name need not be UTF-8; JSON has U+FFFD for each byte that is not.
		m.byName[string([]rune(t.name))] = t
	}
	return m, nil
}

func openGGUF(path string) (*model, error) {
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	report, err := inspect.GGUF(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	m := &model{report: report, file: f}
	for _, t := range f.Tensors {
		m.tensors = append(m.tensors, ggufTensor(t, f.ByteOrder))
	}
	switch {
	case f.ByteOrder != binary.LittleEndian:
		m.missing = "its tensors are big-endian"
	case report.Architecture == "":
		m.missing = "there is no general.architecture, so it is no model"
	case len(f.Tensors) == 0:
		m.missing = "it has no tensors"
	}
	return m, nil
}

func openDirectory(path string) (*model, error) {
	dir, err := modeldir.Open(path)
	if err != nil {
		return nil, err
	}
	m, err := modelOf(dir)
	return m, errors.Join(err, dir.Close())
}

func modelOf(dir *modeldir.Dir) (*model, error) {
	set, err := safetensors.OpenSet(dir.Path())
	if err != nil {
		return nil, err
	}
	report, err := inspect.Safetensors(set, func(name string) ([]byte, error) { return dir.ReadFile(name, modeldir.MaxConfigBytes) })
	if err != nil {
		return nil, errors.Join(err, set.Close())
	}
	report.Name = dir.Name()
	m := &model{report: report, file: set}
	for _, t := range set.Tensors() {
		m.tensors = append(m.tensors, safetensorsTensor(t))
	}
	if !dir.Has("config.json") {
		m.missing = "there is no config.json beside the weights"
	}
	return m, nil
}

func openWeights(path string) (*model, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	m := &model{
		report:  inspect.SafetensorsFile(f),
		file:    f,
		missing: "these are weights alone: config.json and the tokenizer's files of the model's directory belong to them",
	}
	for _, t := range f.Tensors {
		m.tensors = append(m.tensors, safetensorsTensor(t))
	}
	return m, nil
}
