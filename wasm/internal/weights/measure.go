package weights

import (
	"fmt"
	"iter"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) measure(q *wasm.WeightsMeasureRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	of, err := r.models.Get(q.Weights)
	if err != nil {
		return nil, nil, err
	}
	if of.begun == nil || of.begun.request != *q {
		of.endMeasurement()
		t, err := r.tensor(q.Weights, q.Tensor)
		if err != nil {
			return nil, nil, err
		}
		if of.begun, err = newMeasurement(t, q); err != nil {
			return nil, nil, err
		}
	}
	reply, err := of.begun.advance()
	if err != nil || !reply.More {
		of.endMeasurement()
	}
	if err != nil {
		return nil, nil, err
	}
	return reply, nil, nil
}

// endMeasurement forgets what was begun, if anything was.
func (m *model) endMeasurement() {
	if m.begun != nil {
		m.begun.stop()
		m.begun = nil
	}
}

// accepts says why the tensor cannot have a type; nil: it can.
func (t *tensor) accepts(typ quantize.Type) error {
	switch {
	case t.typed && t.typ == typ:
		return nil
	case !typ.CanEncode():
		return serve.Usage("nothing can be quantized to " + typ.String())
	case t.row%int64(typ.BlockSize()) != 0:
		return serve.Usage(fmt.Sprintf("rows of %d values are not whole blocks of %s, which are of %d", t.row, typ, typ.BlockSize()))
	}
	return nil
}

// A measurement encodes and decodes parts of a tensor, one call after the other.
type measurement struct {
	*reader
	request wasm.WeightsMeasureRequest
	next    func() (span, bool)
	stop    func() // to be called when next will not be any more
	typ     quantize.Type
	encoded []byte
	decoded []float32
	meter   quantize.Meter
	errors  quantize.Histogram
}

func newMeasurement(t *reader, q *wasm.WeightsMeasureRequest) (*measurement, error) {
	typ, err := typeNamed(q.Type)
	if err != nil {
		return nil, err
	}
	if err := t.accepts(typ); err != nil {
		return nil, err
	}
	if q.Most < 0 {
		return nil, serve.Usage("a call measures no fewer weights than none")
	}
	spans, err := t.spans(q.Values)
	if err != nil {
		return nil, err
	}
	m := &measurement{reader: t, request: *q, typ: typ}
	m.next, m.stop = iter.Pull(spans)
	return m, nil
}

// advance measures as much as the request asks for at once, and returns what is
// known then.
func (m *measurement) advance() (*wasm.WeightsMeasureReply, error) {
	more := true
	for measured := int64(0); m.request.Most == 0 || measured < m.request.Most; {
		s, ok := m.next()
		if !ok {
			more = false
			break
		}
		if err := m.add(s); err != nil {
			return nil, err
		}
		measured += s.values
	}
	metrics, bins := m.meter.Metrics(), m.errors.Bins()
	reply := &wasm.WeightsMeasureReply{
		Type: m.typ.String(), BitsPerWeight: m.typ.BitsPerWeight(), Values: metrics.Count,
		RMSE: metrics.RMSE, SQNR: metrics.SQNR, MaxError: metrics.MaxError, Cosine: metrics.Cosine,
		ErrorsHigh: float64(len(bins.Counts)) * bins.Width / 2, More: more,
	}
	for _, n := range bins.Counts {
		reply.Errors = append(reply.Errors, int64(n))
	}
	var err error
	reply.Bytes, err = m.typ.RowBytes(m.values)
	return reply, err
}

func (m *measurement) add(s span) error {
	values, _, err := m.read(s.from, s.values)
	if err != nil {
		return err
	}
	decoded := values // what has the type stays as it is
	if !m.typed || m.reader.typ != m.typ {
		if m.encoded, err = quantize.AppendEncode(m.encoded[:0], m.typ, values, quantize.Options{Workers: 1}); err != nil {
			return fmt.Errorf("tensor %q: %w", m.name, err)
		}
		if m.decoded, err = quantize.AppendDecode(m.decoded[:0], m.typ, m.encoded); err != nil {
			return fmt.Errorf("tensor %q: %w", m.name, err)
		}
		decoded = m.decoded
	}
	m.errors.AddErrors(values, decoded)
	m.meter.Merge(meterOf(values, decoded, int(m.row)))
	return nil
}

// meterOf compares whole rows, or a part of one.
func meterOf(values, decoded []float32, row int) *quantize.Meter {
	m := new(quantize.Meter)
	row = min(row, len(values))
	for at := 0; at < len(values); at += row {
		m.Add(values[at:at+row], decoded[at:at+row])
	}
	return m
}
