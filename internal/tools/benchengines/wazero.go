package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/host"
)

// runtimes are nibble's module in wazero, with its kernels and without.
type runtimes struct {
	dir    string
	module map[bool]*host.Module // by whether it is without
	guest  map[bool]*host.Guest
}

func startWazero(ctx context.Context, _ options, b *bench) (engine, error) {
	r := &runtimes{b.dir, map[bool]*host.Module{}, map[bool]*host.Guest{}}
	for plain, dir := range packages {
		code, err := os.ReadFile(filepath.Join(b.dir, dir, moduleFile))
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		m, err := host.Compile(ctx, code, host.Options{CacheDir: filepath.Join(b.dir, "wazero")})
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.module[plain] = m
		if r.guest[plain], err = m.NewGuest(ctx, os.DirFS(b.dir)); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	return r, nil
}

func (*runtimes) name() string { return "wazero" }

func (*runtimes) tasks() []task {
	return append(tokenTasks(nibbleIDs, nibble), append(weightTasks(false), weightTasks(true)...)...)
}

func (r *runtimes) do(ctx context.Context, t task) (outcome, error) {
	g := r.guest[t.Plain]
	switch t.Do {
	case doTokens:
		return r.tokens(ctx, g, t.Library)
	case doQuantize:
		return r.quantize(ctx, g, t.Type)
	case doConvert:
		return r.convert(ctx, g, t.Type)
	}
	return outcome{}, fmt.Errorf("no such task: %s", t.Do)
}

func (r *runtimes) tokens(ctx context.Context, g *host.Guest, library string) (outcome, error) {
	vocabulary, text, err := readTokens(r.dir)
	if err != nil {
		return outcome{}, err
	}
	var tok wasm.TextOpenReply
	var ids []byte
	op := wasm.OpTextEncode
	if library == nibbleIDs {
		op = wasm.OpTextIDs
	}
	encode := func() error {
		request := &wasm.TextEncodeRequest{Tokenizer: tok.Tokenizer, Options: wasm.TextOptions{PlainSpecial: true}}
		blobs, err := g.Call(ctx, op, request, nil, []byte(text))
		if err == nil {
			ids = blobs[0]
		}
		return err
	}
	seconds, err := timed(func() error {
		_, err := g.Call(ctx, wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{vocabularyFile}}, &tok, vocabulary)
		return err
	}, encode, encode)
	if err != nil {
		return outcome{}, err
	}
	_, err = g.Call(ctx, wasm.OpTextClose, &wasm.TextHandle{Tokenizer: tok.Tokenizer}, nil)
	return outcome{Seconds: seconds, Digest: digest(ids), Count: len(ids) / 4}, err
}

func (r *runtimes) quantize(ctx context.Context, g *host.Guest, typ string) (outcome, error) {
	weights, err := os.ReadFile(filepath.Join(r.dir, weightsFile))
	if err != nil {
		return outcome{}, err
	}
	var blocks []byte
	seconds, err := timed(func() error {
		blobs, err := g.Call(ctx, wasm.OpQuantizeEncode, &wasm.QuantizeRequest{Type: typ, Columns: columns}, nil, weights)
		if err == nil {
			blocks = blobs[0]
		}
		return err
	})
	return outcome{Seconds: seconds, Digest: digest(blocks), Count: len(blocks)}, err
}

func (r *runtimes) convert(ctx context.Context, g *host.Guest, fileType string) (outcome, error) {
	var plan wasm.ConvertPlanReply
	var file []byte
	seconds, err := timed(func() error {
		request := &wasm.ConvertPlanRequest{Path: "/" + modelFile}
		if _, err := g.Call(ctx, wasm.OpConvertPlan, request, &plan, []byte(`{"type":"`+fileType+`"}`)); err != nil {
			return err
		}
		handle := &wasm.ConvertHandle{Conversion: plan.Conversion}
		if _, err := g.Call(ctx, wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion}, nil); err != nil {
			return err
		}
		file = make([]byte, plan.Bytes)
		for {
			var next wasm.ConvertNextReply
			blobs, err := g.Call(ctx, wasm.OpConvertNext, handle, &next)
			if err != nil || next.End {
				return err
			}
			copy(file[next.Offset:], blobs[0])
		}
	})
	if err != nil {
		return outcome{}, err
	}
	_, err = g.Call(ctx, wasm.OpConvertClose, &wasm.ConvertHandle{Conversion: plan.Conversion}, nil)
	return outcome{Seconds: seconds, Digest: digest(file), Count: len(file)}, err
}

func (r *runtimes) close() error {
	var errs []error
	for _, m := range r.module {
		errs = append(errs, m.Close(context.Background()))
	}
	return errors.Join(errs...)
}
