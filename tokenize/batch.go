//go:build !nibbletext

package tokenize

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// EncodeBatch encodes texts, on as many goroutines as Options.Workers allows,
// and pads them to one length where the options ask for padding. An error that is
// about one of the texts is a *[TextError]. The result does not depend on the number of
// goroutines.
func (t *Tokenizer) EncodeBatch(ctx context.Context, texts []string, o Options) ([]*Encoding, error) {
	inputs := make([]Input, len(texts))
	for i, text := range texts {
		inputs[i].Text = text
	}
	return t.EncodeInputs(ctx, inputs, o)
}

// EncodeInputs is EncodeBatch for texts that may be given as words, or in pairs.
func (t *Tokenizer) EncodeInputs(ctx context.Context, inputs []Input, o Options) ([]*Encoding, error) {
	r, err := t.request(o)
	if err != nil {
		return nil, err
	}
	workers := min(r.workers, len(inputs))
	if workers > 1 {
		o.Workers = 1
	}
	encodings := make([]*Encoding, len(inputs))
	errs := make([]error, len(inputs))
	err = inParallel(ctx, workers, len(inputs), func(i int) (err error) {
		encodings[i], _, err = t.encode(inputs[i], o)
		if err != nil {
			errs[i] = err
		}
		return err
	})
	for i, err := range errs { // the first in order, whichever came first in time
		if err != nil {
			return nil, &TextError{i, err}
		}
	}
	if err != nil {
		return nil, err
	}
	return encodings, t.padTogether(encodings, o)
}

// inParallel calls do with 0 to n-1 on that many goroutines, one of them the
// caller's. It stops at the first error or when ctx is done; what has begun
// then is finished, and all before it has begun.
func inParallel(ctx context.Context, workers, n int, do func(i int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n || failed.Load() != nil {
				return
			}
			err := ctx.Err()
			if err == nil {
				err = guard(i, do)
			}
			if err != nil {
				failed.CompareAndSwap(nil, &err)
				return
			}
		}
	}
	var group sync.WaitGroup
	for range workers - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// guard turns a panic, which is a defect of nibble, into an error: on a
// goroutine of ours it would end the caller's program.
func guard(i int, do func(i int) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	return do(i)
}

// panicError returns what a panic says as an error.
func panicError(p any) error {
	text := "panic"
	switch p := p.(type) {
	case error:
		text = p.Error()
	case string:
		text = p
	}
	return errors.New("internal error: " + text)
}
