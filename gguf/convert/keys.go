package convert

import (
	"math"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// keys writes metadata in order. The first error stays, and everything after
// it does nothing, so that callers read as the list of keys that they write.
// A key that is written again keeps its place and takes the new value.
type keys struct {
	meta     *gguf.Metadata
	arch     string
	fileType quantize.FileType
	err      error
}

// fail keeps the first error.
func (k *keys) fail(err error) {
	if k.err == nil {
		k.err = err
	}
}

// set writes a key of the architecture.
func (k *keys) set(key string, v gguf.Value) {
	if k.err == nil {
		k.meta.Set(k.arch+"."+key, v)
	}
}

// writeFileType writes general.file_type, which stands among the keys of the
// architecture.
func (k *keys) writeFileType() {
	if k.err == nil {
		k.meta.Set("general.file_type", gguf.Uint32(uint32(k.fileType)))
	}
}

// text writes a general key, unless the text is empty.
func (k *keys) text(key, text string) {
	if k.err == nil && text != "" {
		k.meta.Set(key, gguf.String(text))
	}
}

// texts writes a general key, unless the list is empty.
func (k *keys) texts(key string, list []string) {
	if k.err == nil && len(list) > 0 {
		k.meta.Set(key, gguf.Strings(list))
	}
}

// uint writes the whole number that s has under one of from, where it does.
func (k *keys) uint(key string, s section, from ...string) {
	v, ok, err := s.integer(from...)
	k.putUint(key, v, ok, err, s, from)
}

// needUint is uint for what must be there.
func (k *keys) needUint(key string, s section, from ...string) {
	v, err := s.needInteger(from...)
	k.putUint(key, v, true, err, s, from)
}

func (k *keys) putUint(key string, v int64, ok bool, err error, s section, from []string) {
	switch {
	case err != nil:
		k.fail(err)
	case ok && (v < 0 || v > math.MaxUint32):
		name, _ := s.find(from...)
		k.fail(s.fault(name, "out of the range of a uint32"))
	case ok:
		k.set(key, gguf.Uint32(uint32(v)))
	}
}

// float writes the number that s has under one of from, where it does.
func (k *keys) float(key string, s section, from ...string) {
	v, ok, err := s.float(from...)
	k.putFloat(key, v, ok, err, s, from)
}

// needFloat is float for what must be there.
func (k *keys) needFloat(key string, s section, from ...string) {
	v, err := s.needFloat(from...)
	k.putFloat(key, v, true, err, s, from)
}

func (k *keys) putFloat(key string, v float64, ok bool, err error, s section, from []string) {
	switch {
	case err != nil:
		k.fail(err)
	case ok && (math.IsNaN(v) || math.Abs(v) > math.MaxFloat32):
		name, _ := s.find(from...)
		k.fail(s.fault(name, "not a finite float32"))
	case ok:
		k.set(key, gguf.Float32(float32(v)))
	}
}

// uintOr is uint with a value for what is missing.
func (k *keys) uintOr(key string, missing uint32, s section, from string) {
	if !s.values.Has(from) {
		k.set(key, gguf.Uint32(missing))
		return
	}
	k.needUint(key, s, from)
}

// floatOr is float with a value for what is missing.
func (k *keys) floatOr(key string, missing float32, s section, from string) {
	if !s.values.Has(from) {
		k.set(key, gguf.Float32(missing))
		return
	}
	k.needFloat(key, s, from)
}
