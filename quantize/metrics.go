package quantize

import (
	"math"
	"slices"
	"strconv"
	"structs"
)

// Metrics say what a quantization cost: how decoded values differ from the
// original ones. An error is the decoded value minus the original one.
//
// NaN and infinities among the values make NaN and infinities of them.
type Metrics struct {
	Count     int64   // number of values
	RMSE      float64 // root of the mean square error
	MeanError float64 // a bias, if far from 0
	MaxError  float64 // largest magnitude of an error

	// MaxErrorAt is the index of the first value with MaxError, counted over all
	// rows: row MaxErrorAt/columns, column MaxErrorAt%columns. -1 without values.
	MaxErrorAt int64

	// SQNR is the ratio of signal to quantization noise, in decibels: ten times
	// the decimal logarithm of SignalPower over the mean square error. Without
	// any error it is +Inf; with errors where all original values are 0, -Inf.
	SQNR float64

	// SignalPower is the mean square of the original values, DecodedPower that
	// of the decoded ones.
	SignalPower, DecodedPower float64

	// Cosine is the cosine of the angle between the original and the decoded
	// values as vectors. It is 1 where all of both are 0, and 0 where all of one
	// are.
	Cosine float64
}

// MarshalJSON writes numbers that JSON cannot hold, NaN and infinities, as null.
// An SQNR of null beside an RMSE of 0 means that nothing was lost.
func (m Metrics) MarshalJSON() ([]byte, error) {
	b := append([]byte(`{"count":`), strconv.FormatInt(m.Count, 10)...)
	number := func(key string, f float64) {
		b = append(b, `,"`+key+`":`...)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			b = append(b, "null"...)
			return
		}
		b = strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	number("rmse", m.RMSE)
	number("meanError", m.MeanError)
	number("maxError", m.MaxError)
	b = append(b, `,"maxErrorAt":`...)
	b = strconv.AppendInt(b, m.MaxErrorAt, 10)
	number("sqnrDB", m.SQNR)
	number("signalPower", m.SignalPower)
	number("cosine", m.Cosine)
	return append(b, '}'), nil
}

// Measure compares a decoded row with its original. The two must have the same
// length.
func Measure(original, decoded []float32) Metrics {
	var m Meter
	m.Add(original, decoded)
	return m.Metrics()
}

// A Meter compares any number of rows. The zero value is ready for use.
//
// Its result does not depend on machine or workers: each row is summed on its
// own, in float64 and in a fixed order, and the sums of the rows are added in
// the order of the calls. Value i of a row goes to partial sum i modulo 8; at the
// end of the row the upper four partial sums are added to the lower four, of those
// the upper two to the lower two, and then the last two.
type Meter struct {
	count int64
	sums  errorSums
	most  uint64 // bits of the largest magnitude of an error
	at    int64  // where it is
}

// errorSums are the sums that all metrics follow from, of a row or of rows.
type errorSums struct {
	signal  float64 // of the squares of the original values
	decoded float64 // of the squares of the decoded values
	product float64 // of the products of both
	noise   float64 // of the squares of the errors
	bias    float64 // of the errors
}

func (s *errorSums) add(o errorSums) {
	s.signal += o.signal
	s.decoded += o.decoded
	s.product += o.product
	s.noise += o.noise
	s.bias += o.bias
}

// Add adds one whole row. The two slices must have the same length.
func (m *Meter) Add(original, decoded []float32) {
	if len(original) != len(decoded) {
		panic("quantize: a row of " + strconv.Itoa(len(original)) + " values compared with one of " + strconv.Itoa(len(decoded)))
	}
	sums, most := sumErrors(original, decoded)
	m.sums.add(sums)
	if most > m.most && m.most <= infinityBits {
		m.most = most
		m.at = m.count + firstError(original, decoded, most)
	}
	m.count += int64(len(original))
}

// Merge adds the rows that o has seen after those that m has seen. Meters of the
// same parts, merged in the same order, give the same result; those of one row
// each give what adding the rows gives.
func (m *Meter) Merge(o *Meter) {
	m.sums.add(o.sums)
	if o.most > m.most && m.most <= infinityBits {
		m.most, m.at = o.most, m.count+o.at
	}
	m.count += o.count
}

// Metrics returns what the rows so far come to.
func (m *Meter) Metrics() Metrics {
	if m.count == 0 {
		return Metrics{MaxErrorAt: -1, SQNR: math.Inf(1), Cosine: 1}
	}
	n, s := float64(m.count), &m.sums
	return Metrics{
		Count:        m.count,
		RMSE:         math.Sqrt(s.noise / n),
		MeanError:    s.bias / n,
		MaxError:     math.Float64frombits(m.most),
		MaxErrorAt:   m.at,
		SQNR:         decibels(s.signal, s.noise),
		SignalPower:  s.signal / n,
		DecodedPower: s.decoded / n,
		Cosine:       cosine(s),
	}
}

func decibels(signal, noise float64) float64 {
	if noise == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(signal/noise)
}

func cosine(s *errorSums) float64 {
	switch {
	case s.signal == 0 && s.decoded == 0:
		return 1
	case s.signal == 0 || s.decoded == 0:
		return 0
	}
	return max(-1, min(s.product/math.Sqrt(s.signal*s.decoded), 1))
}

// infinityBits are the bits of +Inf. Those of every NaN without sign are larger,
// so that errors which are no number count as the largest.
const infinityBits = 0x7FF0000000000000

// lanes is the number of partial sums of a row.
const lanes = 8

// laneSums are the partial sums of a row.
type laneSums struct {
	_ structs.HostLayout // for kernels of another module

	signal, decoded, product, noise, bias [lanes]float64
	most                                  [lanes]uint64 // bits of the largest error, the sign shifted out
}

func (s *laneSums) add(lane int, original, decoded float32) {
	x, y := float64(original), float64(decoded)
	e := y - x
	s.signal[lane] += float64(x * x)
	s.decoded[lane] += float64(y * y)
	s.product[lane] += float64(x * y)
	s.noise[lane] += float64(e * e)
	s.bias[lane] += e
	s.most[lane] = max(s.most[lane], math.Float64bits(e)<<1)
}

// sumErrors sums over one row and returns the bits of the largest magnitude of an
// error.
func sumErrors(original, decoded []float32) (errorSums, uint64) {
	var s laneSums
	for len(original) >= lanes { // see decodeBatches
		n := min(len(original), batchValues)
		done := addErrors(&s, original[:n], decoded[:n])
		if done == 0 {
			break
		}
		original, decoded = original[done:], decoded[done:]
	}
	for len(original) >= lanes && len(decoded) >= lanes {
		x, y := (*[lanes]float32)(original), (*[lanes]float32)(decoded)
		s.add(0, x[0], y[0])
		s.add(1, x[1], y[1])
		s.add(2, x[2], y[2])
		s.add(3, x[3], y[3])
		s.add(4, x[4], y[4])
		s.add(5, x[5], y[5])
		s.add(6, x[6], y[6])
		s.add(7, x[7], y[7])
		original, decoded = original[lanes:], decoded[lanes:]
	}
	for i, x := range original {
		s.add(i, x, decoded[i])
	}
	return errorSums{
		signal:  fold(&s.signal),
		decoded: fold(&s.decoded),
		product: fold(&s.product),
		noise:   fold(&s.noise),
		bias:    fold(&s.bias),
	}, slices.Max(s.most[:]) >> 1
}

// fold adds up the partial sums of a row.
func fold(s *[lanes]float64) float64 {
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// firstError returns the index of the first error whose magnitude has the bits
// most, or of the first that is NaN if they are those of a NaN.
func firstError(original, decoded []float32, most uint64) int64 {
	for i, x := range original {
		u := math.Float64bits(float64(decoded[i])-float64(x)) &^ (1 << 63)
		if u == most || u > infinityBits && most > infinityBits {
			return int64(i)
		}
	}
	return 0
}
