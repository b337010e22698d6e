package inspect

import (
	"errors"
	"math"
	"math/bits"
	"strconv"

	"github.com/nibble-go/nibble/quantize"
)

// Memory is what it takes to run a model.
type Memory struct {
	ContextLength int64  `json:"contextLength"` // tokens
	KeyType       string `json:"keyType"`       // of the cache
	ValueType     string `json:"valueType"`     // of the cache

	WeightBytes  int64  `json:"weightBytes"`
	KVCacheBytes int64  `json:"kvCacheBytes"`
	TotalBytes   int64  `json:"totalBytes"` // weights and cache; a program's own buffers come on top
	Formula      string `json:"formula"`    // how the total comes about

	RuleOfThumbBytes   int64  `json:"ruleOfThumbBytes"` // parameters x bytes per weight x 1.2
	RuleOfThumbFormula string `json:"ruleOfThumbFormula"`

	Notes []string `json:"notes,omitempty"`
}

const maxInt64 = math.MaxInt64

var (
	// ErrCacheType reports a type that no cache of keys and values has.
	ErrCacheType = errors.New("not a type of a KV cache: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0 and iq4_nl are")

	// ErrTooLarge reports a model whose numbers come to more than 63 bits count.
	ErrTooLarge = errors.New("more than 2^63 bytes")
)

// CacheTypes returns the types that a cache of keys and values can have.
func CacheTypes() []quantize.Type {
	return []quantize.Type{
		quantize.F32, quantize.F16, quantize.BF16, quantize.Q8_0, quantize.Q5_1, quantize.Q5_0,
		quantize.Q4_1, quantize.Q4_0, quantize.IQ4_NL,
	}
}

// Memory estimates the memory for a context of the given number of tokens, 0
// for what the model was trained for, with a cache of the given types;
// llama.cpp's default for both is F16.
//
// The cache holds, for each token and each KV head of each block, one key and
// one value. Heads that share keys and values (grouped-query attention) and
// blocks with different numbers of heads are counted as they are.
func (r *Report) Memory(contextLength int64, keyType, valueType quantize.Type) (*Memory, error) {
	m := &Memory{
		ContextLength: contextLength,
		KeyType:       keyType.String(),
		ValueType:     valueType.String(),
		WeightBytes:   r.TensorBytes,
	}
	if contextLength < 0 {
		return nil, errors.New("context of " + decimal(contextLength) + " tokens")
	}
	if contextLength == 0 {
		m.ContextLength = r.ContextLength
	}
	for _, t := range []quantize.Type{keyType, valueType} {
		if !isCacheType(t) {
			return nil, &cacheTypeError{t}
		}
	}
	if err := r.addCache(m, keyType, valueType); err != nil {
		return nil, err
	}
	m.TotalBytes = m.WeightBytes + m.KVCacheBytes
	if m.TotalBytes < 0 {
		return nil, ErrTooLarge
	}
	r.addRuleOfThumb(m)
	return m, nil
}

func isCacheType(t quantize.Type) bool {
	for _, c := range CacheTypes() {
		if c == t {
			return true
		}
	}
	return false
}

type cacheTypeError struct{ t quantize.Type }

func (e *cacheTypeError) Error() string { return e.t.String() + ": " + ErrCacheType.Error() }

func (e *cacheTypeError) Unwrap() error { return ErrCacheType }

func (r *Report) addCache(m *Memory, keyType, valueType quantize.Type) error {
	weights := "weights " + decimal(m.WeightBytes)
	switch {
	case r.Bidirectional:
		m.Formula = weights + " bytes"
		m.Notes = append(m.Notes, "attention is bidirectional: there is no KV cache")
		return nil
	case r.HeadCountKVSum == 0 || r.KeyLength == 0 || r.ValueLength == 0:
		m.Formula = weights + " bytes"
		m.Notes = append(m.Notes, "the file does not tell blocks and heads: the KV cache is not counted")
		return nil
	}
	var err error
	key, err := cacheBytes(r.KeyLength, r.HeadCountKVSum, m.ContextLength, keyType)
	if err != nil {
		return err
	}
	value, err := cacheBytes(r.ValueLength, r.HeadCountKVSum, m.ContextLength, valueType)
	if err != nil {
		return err
	}
	if m.KVCacheBytes = key + value; m.KVCacheBytes < 0 {
		return ErrTooLarge
	}
	m.Formula = weights + " + context " + decimal(m.ContextLength) + " x KV heads of all blocks " + decimal(r.HeadCountKVSum) +
		" x (key " + lengthText(r.KeyLength, keyType) + " + value " + lengthText(r.ValueLength, valueType) + ") bytes"
	if r.SlidingWindow > 0 && r.SlidingWindow < m.ContextLength {
		m.Notes = append(m.Notes, "blocks with a sliding window keep "+decimal(r.SlidingWindow)+
			" tokens and not the whole context: the KV cache may be smaller")
	}
	return nil
}

// cacheBytes returns the bytes of all keys, or of all values. A block of a
// type never spans two tokens, but may span heads.
func cacheBytes(length, heads, context int64, t quantize.Type) (int64, error) {
	perToken, ok := multiply(length, heads)
	if !ok {
		return 0, ErrTooLarge
	}
	block := int64(t.BlockSize())
	bytes, err := t.RowBytes(perToken / block * block)
	if err != nil {
		return 0, err
	}
	if perToken%block != 0 {
		bytes += int64(t.BlockBytes())
	}
	if bytes, ok = multiply(bytes, context); !ok {
		return 0, ErrTooLarge
	}
	return bytes, nil
}

func lengthText(length int64, t quantize.Type) string {
	return decimal(length) + " x " + strconv.FormatFloat(t.BitsPerWeight()/8, 'g', -1, 64) + " [" + t.String() + "]"
}

func (r *Report) addRuleOfThumb(m *Memory) {
	m.RuleOfThumbBytes = int64(math.Round(float64(r.Parameters) * (r.BitsPerWeight / 8) * 1.2))
	m.RuleOfThumbFormula = "parameters " + decimal(r.Parameters) + " x bytes per weight " +
		strconv.FormatFloat(r.BitsPerWeight/8, 'f', 3, 64) + " x 1.2"
}

// multiply returns a·b of numbers that are not negative, and whether int64 can
// hold it.
func multiply(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo <= maxInt64
}

// multiplyOrZero is multiply for numbers that only inform: 0 is "not known".
func multiplyOrZero(a, b int64) int64 {
	if product, ok := multiply(a, b); ok {
		return product
	}
	return 0
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
