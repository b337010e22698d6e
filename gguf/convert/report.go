package convert

import (
	"time"

	"github.com/nibble-go/nibble/quantize"
)

// A Report says what a conversion did and, where it was measured, what it
// cost.
type Report struct {
	Architecture  string         `json:"architecture"`
	FileType      string         `json:"fileType"`
	Mixture       bool           `json:"mixture,omitempty"` // of exact types; FileType is what the file says it is
	Paths         []string       `json:"paths"`
	SourceBytes   int64          `json:"sourceBytes"` // of the weights: see [Plan.SourceBytes]
	Bytes         int64          `json:"bytes"`       // of all files, with the metadata
	Weights       int64          `json:"weights"`
	BitsPerWeight float64        `json:"bitsPerWeight"`
	Seconds       float64        `json:"seconds"`
	Resumed       int64          `json:"resumedBytes,omitempty"` // of tensors, written by an earlier run
	Tensors       []TensorReport `json:"tensors"`
}

// A TensorReport is a Report's line for one tensor.
type TensorReport struct {
	Name          string            `json:"name"`
	Shape         []int64           `json:"shape"` // outermost dimension first
	SourceType    string            `json:"sourceType"`
	Type          string            `json:"type"`
	WantedType    string            `json:"wantedType,omitempty"` // where the tensor fell back from it
	Bytes         int64             `json:"bytes"`
	BitsPerWeight float64           `json:"bitsPerWeight"`
	Error         *quantize.Metrics `json:"error,omitempty"`
}

// report gathers what is known after a run. metrics is nil where nothing was
// measured.
func (p *Plan) report(paths []string, metrics []quantize.Metrics, took time.Duration) *Report {
	r := &Report{
		Architecture:  p.Architecture,
		FileType:      p.FileType.String(),
		Mixture:       p.Mixture,
		Paths:         paths,
		SourceBytes:   p.SourceBytes,
		Bytes:         p.Bytes(),
		Weights:       p.Values(),
		BitsPerWeight: p.BitsPerWeight(),
		Seconds:       took.Seconds(),
		Tensors:       make([]TensorReport, len(p.Tensors)),
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		line := TensorReport{
			Name:          t.Name,
			Shape:         t.Shape,
			SourceType:    t.Source,
			Type:          t.Type.String(),
			Bytes:         t.Bytes,
			BitsPerWeight: t.Type.BitsPerWeight(),
		}
		if t.FellBack() {
			line.WantedType = t.Wanted.String()
		}
		if metrics != nil {
			line.Error = &metrics[i]
		}
		r.Tensors[i] = line
	}
	return r
}

// Report returns what a run of the plan would report before it has written
// anything: no paths, no seconds, no errors.
func (p *Plan) Report() *Report { return p.report(nil, nil, 0) }
