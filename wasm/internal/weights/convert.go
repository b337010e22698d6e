package weights

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A conversion is a planned one.
type conversion struct {
	plan     *convert.Plan
	matrix   io.Closer // nil without one
	fileName string
	output   *convert.Output // nil until it is started
}

func (c *conversion) close() error {
	err := c.plan.Close()
	if c.matrix != nil {
		err = errors.Join(err, c.matrix.Close())
	}
	return err
}

// rawReport returns a report as the command line prints it.
func (c *conversion) rawReport(report *convert.Report) (wasm.Raw, error) {
	report.Paths = []string{c.fileName}
	return rawJSON(report)
}

func (r *Room) plan(q *wasm.ConvertPlanRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	if len(blobs) != 1 {
		return nil, nil, serve.Usage("options are wanted")
	}
	opts, err := parseOptions(blobs[0])
	if err != nil {
		return nil, nil, err
	}
	c, err := newConversion(q, opts)
	if err != nil {
		return nil, nil, withHint(err)
	}
	reply := &wasm.ConvertPlanReply{
		FileName: c.fileName, Bytes: c.plan.Bytes(),
		NeedImportance: c.plan.NeedImportance, Unweighted: c.plan.Unweighted, Unmatched: c.plan.Unmatched,
	}
	if reply.Report, err = c.rawReport(c.plan.Report()); err != nil {
		return nil, nil, errors.Join(err, c.close())
	}
	reply.Conversion = r.conversions.Keep(c)
	return reply, nil, nil
}

func newConversion(q *wasm.ConvertPlanRequest, opts convert.Options) (c *conversion, err error) {
	c = new(conversion)
	if q.Imatrix != "" {
		matrix, err := imatrix.Open(q.Imatrix)
		if err != nil {
			return nil, err
		}
		matrix.Name = path.Base(q.Imatrix) // which the output keeps: where the host put it says nothing
		c.matrix, opts.Quantize.Imatrix = matrix, matrix
	}
	if c.plan, err = convert.NewPlan(context.Background(), q.Path, opts); err != nil {
		if c.matrix != nil {
			err = errors.Join(err, c.matrix.Close())
		}
		return nil, err
	}
	c.fileName = c.plan.FileName("")
	return c, nil
}

// parseOptions reads options and finds what is wrong with them whatever the
// model.
func parseOptions(blob []byte) (convert.Options, error) {
	var opts convert.Options
	d := json.NewDecoder(bytes.NewReader(blob))
	d.DisallowUnknownFields()
	if err := d.Decode(&opts); err != nil {
		return opts, serve.Usage("options: " + err.Error())
	}
	if _, err := d.Token(); err != io.EOF {
		return opts, serve.Usage("options: something follows them")
	}
	if err := opts.Quantize.Validate(); err != nil {
		return opts, serve.Usage("options: " + err.Error())
	}
	if opts.SplitMaxBytes != 0 || opts.SplitMaxTensors != 0 || opts.Quantize.KeepSplit {
		return opts, serve.Usage("options: the output is one file")
	}
	switch {
	case opts.Type == "", strings.EqualFold(opts.Type, convert.Auto), strings.EqualFold(opts.Type, convert.Copy):
		return opts, nil
	}
	if _, err := quantize.ParseFileType(opts.Type); err != nil {
		return opts, serve.Usage("options: " + err.Error())
	}
	return opts, nil
}

// withHint says what to do, where the error knows it.
func withHint(err error) error {
	if refused, ok := errors.AsType[*convert.RefusedError](err); ok && refused.Hint != "" {
		return fmt.Errorf("%w; %s", err, refused.Hint)
	}
	return err
}

func (r *Room) closeConversion(q *wasm.ConvertHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	c, err := r.conversions.Drop(q.Conversion)
	if err != nil {
		return nil, nil, err
	}
	return &wasm.Empty{}, nil, c.close()
}

// start begins a conversion, or begins it anew.
func (r *Room) start(q *wasm.ConvertStartRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	c, err := r.conversions.Get(q.Conversion)
	if err != nil {
		return nil, nil, err
	}
	c.output, err = c.plan.Output(convert.StreamOptions{Measure: q.Measure})
	return &wasm.Empty{}, nil, err
}

// started returns a conversion that has been started.
func (r *Room) started(handle int) (*conversion, error) {
	c, err := r.conversions.Get(handle)
	if err == nil && c.output == nil {
		err = serve.Usage("the conversion was not started")
	}
	return c, err
}

func (r *Room) next(q *wasm.ConvertHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	c, err := r.started(q.Conversion)
	if err != nil {
		return nil, nil, err
	}
	piece, err := c.output.Next(context.Background())
	reply := &wasm.ConvertNextReply{Offset: piece.Offset}
	reply.Done, reply.Total = c.output.Progress()
	switch {
	case errors.Is(err, io.EOF):
		reply.End = true
		return reply, nil, nil
	case err != nil:
		return nil, nil, err
	case piece.Tensor >= 0:
		reply.Tensor = c.plan.Tensors[piece.Tensor].Name
	}
	return reply, [][]byte{piece.Bytes}, nil
}

func (r *Room) report(q *wasm.ConvertHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	c, err := r.started(q.Conversion)
	if err != nil {
		return nil, nil, err
	}
	report, err := c.output.Report()
	if err != nil {
		return nil, nil, serve.Usage(err.Error())
	}
	reply := new(wasm.ConvertReportReply)
	reply.Report, err = c.rawReport(report)
	return reply, nil, err
}
