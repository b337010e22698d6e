package quantmodels

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// A MatrixSpec says which importance matrix to make of a model. Its text is "FORMAT,FLAG,...".
type MatrixSpec struct {
	Legacy    bool // "dat", the older format; else "gguf"
	Partial   bool // "partial": every fifth tensor has no entry
	Embedding bool // "embedding": the token embeddings have an entry, too short
	Short     bool // "short": another tensor has an entry that is too short
	Unseen    bool // "unseen": some counts are zero
	Bare      bool // "bare": no data set and no chunks
	Long      bool // "long": names that do not fit into the keys that they go to
}

// matrixFlags are the texts of the flags with the fields that they set.
func (s *MatrixSpec) flags() map[string]*bool {
	return map[string]*bool{
		"partial": &s.Partial, "embedding": &s.Embedding, "short": &s.Short, "unseen": &s.Unseen, "bare": &s.Bare, "long": &s.Long,
	}
}

// ParseMatrixSpec reads the text of a MatrixSpec.
func ParseMatrixSpec(text string) (MatrixSpec, error) {
	fields := strings.Split(text, ",")
	s := MatrixSpec{Legacy: fields[0] == "dat"}
	if !s.Legacy && fields[0] != "gguf" {
		return s, fmt.Errorf("no format of importance matrices is called %q", fields[0])
	}
	flags := s.flags()
	for _, field := range fields[1:] {
		flag, ok := flags[field]
		if !ok {
			return s, fmt.Errorf("%q of %q: no such flag", field, text)
		}
		*flag = true
	}
	return s, nil
}

func (s MatrixSpec) String() string {
	text := "gguf"
	if s.Legacy {
		text = "dat"
	}
	flags := s.flags()
	for _, name := range []string{"partial", "embedding", "short", "unseen", "bare", "long"} {
		if *flags[name] {
			text += "," + name
		}
	}
	return text
}

// FileName returns the name of the matrix's file. It becomes part of the output.
func (s MatrixSpec) FileName() string {
	name := "imatrix"
	if s.Long {
		name = strings.Repeat("a-long-name-", 12)
	}
	if s.Legacy {
		return name + ".dat"
	}
	return name + ".gguf"
}

func (s MatrixSpec) dataset() string {
	if s.Long {
		return strings.Repeat("text/", 40)
	}
	return "text/calibration.txt"
}

// matrixEntry has the sums of one tensor.
type matrixEntry struct {
	name     string
	columns  int64
	matrices int64
	sums     []float32 // of all matrices
	counts   []float32 // one for each
}

// Write writes the importance matrix of m to dir.
func (s MatrixSpec) Write(dir string, m *Model) error {
	data, err := s.encode(s.entries(m))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, s.FileName()), data, 0o666)
}

func (s MatrixSpec) encode(entries []matrixEntry) ([]byte, error) {
	if s.Legacy {
		return s.legacy(entries), nil
	}
	return s.gguf(entries)
}

// entries sums up activations for the tensors that can be quantized, sorted by name.
func (s MatrixSpec) entries(m *Model) []matrixEntry {
	var entries []matrixEntry
	for _, t := range m.Tensors {
		shape := quantize.TensorShape{Name: t.Name, Dims: t.Dims}
		embedding := quantize.IsTokenEmbedding(t.Name)
		if !shape.Quantizable() || embedding && !s.Embedding {
			continue
		}
		seed := seedOf(t.Name) + 77
		if s.Partial && seed%5 == 0 {
			continue
		}
		e := matrixEntry{name: t.Name, columns: t.Dims[0], matrices: 1}
		if len(t.Dims) > 2 {
			e.matrices = t.Dims[2]
		}
		if embedding {
			e.columns /= 2
		}
		e.fill(seed, s.Unseen)
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b matrixEntry) int { return strings.Compare(a.name, b.name) })
	if s.Short && len(entries) > 0 {
		e := &entries[len(entries)/2]
		e.columns /= 2
		e.fill(1, s.Unseen)
	}
	return entries
}

func (e *matrixEntry) fill(seed uint64, unseen bool) {
	e.sums = make([]float32, e.columns*e.matrices)
	e.counts = make([]float32, e.matrices)
	for i := range e.counts {
		if !unseen || hash(seed, uint64(i))%4 != 0 {
			e.counts[i] = float32(hash(seed+1, uint64(i))%300 + 3)
		}
	}
	for i := range e.sums {
		if e.counts[int64(i)/e.columns] > 0 {
			e.sums[i] = float32(hash(seed, uint64(i))&0xffff+1) / (1 << 12) * 7
		}
	}
}

// legacy encodes the older format, which has a count for each entry only.
func (s MatrixSpec) legacy(entries []matrixEntry) []byte {
	le := binary.LittleEndian
	number := func(b []byte, n int) []byte { return le.AppendUint32(b, uint32(n)) }
	b := number(nil, len(entries))
	for _, e := range entries {
		b = append(number(b, len(e.name)), e.name...)
		b = number(number(b, int(e.counts[0])), len(e.sums))
		for _, f := range e.sums {
			b = le.AppendUint32(b, math.Float32bits(f))
		}
	}
	if s.Bare {
		return b
	}
	return append(number(number(b, 123), len(s.dataset())), s.dataset()...)
}

func (s MatrixSpec) gguf(entries []matrixEntry) ([]byte, error) {
	meta := new(gguf.Metadata)
	meta.Set("general.type", gguf.String("imatrix"))
	datasets, chunks := []string{s.dataset(), "text/second.txt"}, uint32(123)
	if s.Bare {
		datasets, chunks = nil, 0
	}
	meta.Set("imatrix.datasets", gguf.Strings(datasets))
	meta.Set("imatrix.chunk_count", gguf.Uint32(chunks))
	meta.Set("imatrix.chunk_size", gguf.Uint32(512))
	var infos []gguf.TensorInfo
	var data [][]float32
	for _, e := range entries {
		infos = append(infos,
			gguf.TensorInfo{Name: e.name + ".in_sum2", Dims: []int64{e.columns, e.matrices}},
			gguf.TensorInfo{Name: e.name + ".counts", Dims: []int64{1, e.matrices}})
		data = append(data, e.sums, e.counts)
	}
	layout, err := gguf.NewLayout(meta, infos)
	if err != nil {
		return nil, err
	}
	b, err := layout.AppendHeader(nil)
	if err != nil {
		return nil, err
	}
	for i, values := range data {
		for _, f := range values {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
		}
		b = append(b, make([]byte, layout.PaddingAfter(i))...)
	}
	return b, nil
}
