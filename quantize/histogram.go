package quantize

import (
	"math"
	"strconv"
)

// A Histogram counts values by their magnitude and sign. The zero value is
// ready for use; it takes 128 KiB as soon as it has counted anything.
//
// What it counts is independent of order: counts are integers, and no range has
// to be known before. It counts in fine bins, one for each sign, exponent and
// upper [fineBits] bits of the mantissa of a float32, and adds these up to even
// ones when it is asked for them. Histograms of parts, merged in any order, give
// the histogram of the whole.
//
// A Histogram is not safe for concurrent use.
type Histogram struct {
	fine []uint64 // indexed by the upper bits of a float32, and by fineZero
}

// fineBits is how many bits of the mantissa a fine bin is of. With five of them
// no fine bin crosses an edge of [Histogram.Bins]: those edges are odd multiples
// of half a bin, the largest is less than 2⁵ bins, and fine bins of the octave
// that ends there are as wide as half a bin.
const fineBits = 5

const (
	fineShift = 23 - fineBits
	fineCount = 1 << (32 - fineShift)
	fineSign  = fineCount / 2
	// fineInfinity is the fine bin of +Inf. Those of NaN follow.
	fineInfinity = 0xFF << fineBits
	// fineZero is for 0 alone; the bins of the smallest magnitudes hold other
	// values too.
	fineZero = fineCount
)

// maxBin is the number of bins on each side of the one in the middle.
const maxBin = 31

// Bins are a histogram with bins of one width, at most 63 of them. There are
// none where no finite value was counted.
type Bins struct {
	// Width is the width of a bin: a power of two, or 0 where only zeros were
	// counted.
	Width float64

	// Counts has an odd number of bins. The middle one is for values around 0;
	// bin i is for those around (i-len(Counts)/2)·Width, half a Width to either
	// side. The edge nearer to 0 belongs to a bin, the other one does not.
	Counts []uint64

	Zeros     uint64 // values that are 0, which the middle bin counts too
	NonFinite uint64 // NaN and infinities, which no bin counts
}

// Center returns the middle of bin i.
func (b *Bins) Center(i int) float64 { return float64(i-len(b.Counts)/2) * b.Width }

// Total returns the number of finite values.
func (b *Bins) Total() uint64 {
	var n uint64
	for _, c := range b.Counts {
		n += c
	}
	return n
}

// Add counts values.
func (h *Histogram) Add(values []float32) {
	fine := h.bins()
	for _, v := range values {
		fine[fineBin(v)]++
	}
}

// AddErrors counts the errors of decoded values: each minus the original one,
// rounded to float32. The two must have the same length.
func (h *Histogram) AddErrors(original, decoded []float32) {
	if len(original) != len(decoded) {
		panic("quantize: " + strconv.Itoa(len(original)) + " values compared with " + strconv.Itoa(len(decoded)))
	}
	fine := h.bins()
	for i, v := range original {
		fine[fineBin(decoded[i]-v)]++
	}
}

// fineBin returns the index of v's fine bin.
func fineBin(v float32) uint32 {
	if v == 0 {
		return fineZero
	}
	return math.Float32bits(v) >> fineShift
}

// bins returns the fine bins as an array whose length the compiler knows.
func (h *Histogram) bins() *[fineCount + 1]uint64 {
	if h.fine == nil {
		h.fine = make([]uint64, fineCount+1)
	}
	return (*[fineCount + 1]uint64)(h.fine)
}

// Merge adds what o has counted.
func (h *Histogram) Merge(o *Histogram) {
	if o.fine == nil {
		return
	}
	fine := h.bins()
	for i, n := range o.fine {
		fine[i] += n
	}
}

// Reset forgets what was counted and keeps the memory.
func (h *Histogram) Reset() { clear(h.fine) }

// Bins returns what was counted in the narrowest bins of which at most 63 are
// enough.
func (h *Histogram) Bins() Bins {
	if h.fine == nil {
		return Bins{}
	}
	fine := h.bins()
	b := Bins{Zeros: fine[fineZero]}
	for m := fineInfinity; m < fineSign; m++ {
		b.NonFinite += fine[m] + fine[fineSign+m]
	}
	largest := fineInfinity - 1
	for largest >= 0 && fine[largest]+fine[fineSign+largest] == 0 {
		largest--
	}
	if largest < 0 {
		if b.Zeros > 0 {
			b.Counts = []uint64{b.Zeros}
		}
		return b
	}
	b.Width = binWidth(fineEdge(largest))
	middle := b.bin(largest)
	b.Counts = make([]uint64, 2*middle+1)
	b.Counts[middle] = b.Zeros
	for m := range largest + 1 {
		at := b.bin(m)
		b.Counts[middle+at] += fine[m]
		b.Counts[middle-at] += fine[fineSign+m]
	}
	return b
}

// fineEdge returns the smallest magnitude of fine bin m.
func fineEdge(m int) float64 { return float64(math.Float32frombits(uint32(m) << fineShift)) }

// bin returns how many bins away from the middle fine bin m is.
func (b *Bins) bin(m int) int { return int(fineEdge(m)/b.Width + 0.5) }

// binWidth returns the width of bins for magnitudes in the fine bin that begins
// at edge.
func binWidth(edge float64) float64 {
	const smallestNormal = 0x1p-126
	if edge < smallestNormal { // fine bins become no narrower
		return smallestNormal / (1 << (fineBits - 1))
	}
	_, exponent := math.Frexp(edge)
	width := math.Ldexp(1, exponent-fineBits)
	if edge >= (maxBin+0.5)*width {
		width *= 2
	}
	return width
}
