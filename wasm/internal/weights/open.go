package weights

import (
	"encoding/json"
	"errors"
	"path"
	"strings"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) open(q *wasm.WeightsOpenRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	m, err := openModel(q.Path)
	if err != nil {
		return nil, nil, err
	}
	reply, err := m.describe(path.Base(q.Path))
	if err != nil {
		return nil, nil, errors.Join(err, m.file.Close())
	}
	reply.Weights = r.models.Keep(m)
	return reply, nil, nil
}

func (m *model) describe(name string) (*wasm.WeightsOpenReply, error) {
	reply := &wasm.WeightsOpenReply{Convert: m.missing == "", Missing: m.missing}
	var err error
	if reply.Report, err = rawJSON(m.report); err != nil {
		return nil, err
	}
	if reply.Name, err = rawJSON(inspect.ParseName(name)); err != nil {
		return nil, err
	}
	for i, t := range m.report.Tensors {
		reply.Tensors = append(reply.Tensors, wasm.TensorEntry{
			Name: t.Name, Shape: t.Shape, Type: t.Type, Values: t.Values, Bytes: t.Bytes, Offset: t.FileOffset,
			Decodes: m.tensors[i].decode != nil,
		})
	}
	for _, t := range inspect.CacheTypes() {
		reply.CacheTypes = append(reply.CacheTypes, t.String())
	}
	return reply, nil
}

func rawJSON(v any) (wasm.Raw, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return wasm.Raw(strings.TrimSuffix(b.String(), "\n")), nil
}

func (r *Room) close(q *wasm.WeightsHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	m, err := r.models.Drop(q.Weights)
	if err != nil {
		return nil, nil, err
	}
	return &wasm.Empty{}, nil, m.close()
}

func (r *Room) memory(q *wasm.WeightsMemoryRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	m, err := r.models.Get(q.Weights)
	if err != nil {
		return nil, nil, err
	}
	if q.Context < 0 {
		return nil, nil, serve.Usage("a context has no fewer tokens than none")
	}
	cache := quantize.F16
	if q.Cache != "" {
		if cache, err = typeNamed(q.Cache); err != nil {
			return nil, nil, err
		}
	}
	memory, err := m.report.Memory(int64(q.Context), cache, cache)
	if err != nil {
		return nil, nil, err
	}
	reply := new(wasm.WeightsMemoryReply)
	reply.Memory, err = rawJSON(memory)
	return reply, nil, err
}

// typeNamed returns the type that a request names.
func typeNamed(name string) (quantize.Type, error) {
	t, err := quantize.ParseType(name)
	if err != nil {
		return 0, serve.Usage(err.Error())
	}
	return t, nil
}

// tensor returns a tensor that a request names.
func (r *Room) tensor(weights int, name string) (*reader, error) {
	m, err := r.models.Get(weights)
	if err != nil {
		return nil, err
	}
	t, ok := m.byName[name]
	if !ok {
		return nil, serve.Usage("no tensor of that name")
	}
	if t.decode == nil {
		return nil, t.weightless()
	}
	return &reader{tensor: t}, nil
}
