package convert

import (
	"math"
	"strings"
)

// llama3Rope returns the tensor rope_freqs.weight of a model whose context was
// stretched the way of Llama 3.1: low frequencies are slowed down by a factor,
// high ones stay, and a smooth ramp lies between.
func llama3Rope(m *model) ([]outTensor, error) {
	rope, err := m.config.fullRope()
	if err != nil {
		return nil, err
	}
	kind, _, err := rope.text("rope_type")
	if err != nil || strings.ToLower(kind) != "llama3" {
		return nil, err
	}
	ramp := llama3Ramp{base: 10000, factor: 8, low: 1, high: 4, context: 8192}
	for _, parameter := range []struct {
		to   *float64
		from section
		key  string
	}{
		{&ramp.base, rope, "rope_theta"},
		{&ramp.factor, rope, "factor"},
		{&ramp.low, rope, "low_freq_factor"},
		{&ramp.high, rope, "high_freq_factor"},
		// Of the root alone, whatever rope_scaling says.
		{&ramp.context, m.config.section, "original_max_position_embeddings"},
	} {
		v, ok, err := parameter.from.float(parameter.key)
		if err != nil {
			return nil, err
		}
		if ok {
			*parameter.to = v
		}
	}
	length, err := m.config.headLength()
	if err != nil {
		return nil, err
	}
	if length <= 0 || length > maxHeadLength {
		return nil, m.config.fault("head_dim", "out of range")
	}
	factors := ramp.factors(int(length))
	return []outTensor{{name: "rope_freqs.weight", rows: constant([]int64{int64(len(factors))}, factors)}}, nil
}

// maxHeadLength bounds what a config.json can make the converter compute. The
// largest known head has 512 values.
const maxHeadLength = 1 << 16

// llama3Ramp are the parameters of Llama 3.1's scaling.
type llama3Ramp struct {
	base      float64 // of the rotary embedding
	factor    float64 // of slowing down
	low, high float64 // ends of the ramp, in periods per original context
	context   float64 // original context length
}

// powLanes is how many powers torch computes at once with AVX2. What remains
// after the last full vector goes through the C library's powf, which is the
// nearest float32 but in one case of a thousand. Heads of 32, 64, 96, 128 and
// 256 values leave no remainder. (With AVX-512 it is twice as many, and heads
// of 32 and 96 values leave one: the reference itself differs there between
// machines, in a bit of a few factors of the ramp.)
const powLanes = 16

// factors returns by how much each pair of values is slowed down. The
// arithmetic is torch's on float32 tensors: each step rounded, and a quotient
// of a number and a tensor computed as the tensor's reciprocal times the
// number.
func (l llama3Ramp) factors(headLength int) []float32 {
	var (
		factor, context = float32(l.factor), float32(l.context)
		low             = float32(l.low)
		longest         = float32(l.context / l.low)  // wavelengths beyond are slowed down fully
		shortest        = float32(l.context / l.high) // wavelengths below are not
		width           = float32(l.high - l.low)
	)
	factors := make([]float32, (headLength+1)/2)
	vectors := len(factors) / powLanes * powLanes
	for i := range factors {
		exponent := float32(2*i) / float32(headLength)
		power := pow32(float32(l.base), exponent)
		if i >= vectors {
			power = float32(math.Pow(float64(float32(l.base)), float64(exponent)))
		}
		frequency := 1 / power
		wavelength := float32(1/frequency) * (2 * math.Pi)
		switch {
		case wavelength < shortest:
			factors[i] = 1
		case wavelength > longest:
			factors[i] = factor
		default:
			smooth := (float32(float32(1/wavelength)*context) - low) / width
			factors[i] = 1 / (float32((1-smooth)/factor) + smooth)
		}
	}
	return factors
}
