package quantize

import (
	"context"
	"math"
	"strconv"
)

// Options are the choices of an encoding. The zero value encodes one row
// without importance weights, on all processors.
type Options struct {
	// Columns is the number of values in a row, a whole number of blocks.
	// 0 means that the source is one row.
	Columns int

	// Importance weighs the error of each column, the same in every row: one
	// finite weight, not negative, for each of Columns. Nil means none, which
	// is not the same as equal weights: the formats have searches of their own
	// for that case, but IQ1_S, IQ2_XXS and IQ2_XS, which cannot do without. The
	// formats without a search ignore the weights.
	Importance []float32

	// Workers is the number of goroutines that encode. 0 means GOMAXPROCS, 1
	// the calling goroutine. The bytes do not depend on it.
	Workers int
}

// EncodedSize returns the number of bytes that n values take as t.
func EncodedSize(t Type, n int) (int, error) {
	size, err := t.RowBytes(int64(n))
	if err != nil {
		return 0, err
	}
	if size > math.MaxInt {
		return 0, shapeError(t, strconv.Itoa(n)+" values take more bytes than memory can hold")
	}
	return int(size), nil
}

// Encode encodes the rows in src as t into dst, whose length must be
// EncodedSize(t, len(src)).
//
// NaN and infinities in src do not fail here, but what their block decodes to
// is unspecified; see [Validate].
func Encode(dst []byte, t Type, src []float32, opts Options) error {
	return EncodeContext(context.Background(), dst, t, src, opts)
}

// EncodeContext is [Encode] until ctx is cancelled. It then returns the cause
// and leaves dst partly written.
func EncodeContext(ctx context.Context, dst []byte, t Type, src []float32, opts Options) error {
	size, err := EncodedSize(t, len(src))
	if err != nil {
		return err
	}
	if len(dst) != size {
		return shapeError(t, strconv.Itoa(len(src))+" values take "+strconv.Itoa(size)+" bytes, the destination has "+strconv.Itoa(len(dst)))
	}
	e, err := newEncoder(t, len(src), opts)
	if err != nil {
		return err
	}
	return e.encode(ctx, dst, src)
}

// AppendEncode appends the encoded rows of src to dst. On an error it returns
// dst as it was.
func AppendEncode(dst []byte, t Type, src []float32, opts Options) ([]byte, error) {
	size, err := EncodedSize(t, len(src))
	if err != nil {
		return dst, err
	}
	n := len(dst)
	grown := append(dst, make([]byte, size)...)
	if err := Encode(grown[n:], t, src, opts); err != nil {
		return dst, err
	}
	return grown, nil
}

// Decode decodes src, a whole number of blocks of t, into dst, whose length
// must be the number of values in src. Any bytes decode; some to NaN or
// infinities.
func Decode(dst []float32, t Type, src []byte) error {
	n, err := decodedLen(t, len(src))
	if err != nil {
		return err
	}
	if len(dst) != n {
		return shapeError(t, strconv.Itoa(len(src))+" bytes hold "+strconv.Itoa(n)+" values, the destination has room for "+strconv.Itoa(len(dst)))
	}
	decode := decoderOf(t)
	if decode == nil {
		return &TypeError{Type: t, Detail: "decoding", Err: ErrUnsupported}
	}
	decode(dst, src)
	return nil
}

// AppendDecode appends the values in src to dst. On an error it returns dst as
// it was.
func AppendDecode(dst []float32, t Type, src []byte) ([]float32, error) {
	n, err := decodedLen(t, len(src))
	if err != nil {
		return dst, err
	}
	start := len(dst)
	grown := append(dst, make([]float32, n)...)
	if err := Decode(grown[start:], t, src); err != nil {
		return dst, err
	}
	return grown, nil
}

func decodedLen(t Type, size int) (int, error) {
	g := t.geometry()
	switch {
	case g.blockSize == 0:
		return 0, &TypeError{Type: t, Err: ErrUnsupported}
	case size%g.blockBytes != 0:
		return 0, shapeError(t, strconv.Itoa(size)+" bytes are not a whole number of blocks of "+strconv.Itoa(g.blockBytes))
	case size/g.blockBytes > math.MaxInt/4/g.blockSize:
		return 0, shapeError(t, strconv.Itoa(size)+" bytes hold more values than memory can hold")
	}
	return size / g.blockBytes * g.blockSize, nil
}

func shapeError(t Type, detail string) error {
	return &TypeError{Type: t, Detail: detail, Err: ErrShape}
}

// A codec is what the page of a Type offers. Its functions take whole blocks;
// dst and src fit each other.
type codec struct {
	// encode encodes one row with an importance weight for each value, or any
	// number of blocks where importance is nil.
	encode   func(dst []byte, x, importance []float32)
	weighted importanceUse

	decode func(dst []float32, src []byte)

	notEncoded string // why encode is nil
}

// importanceUse says what an encoder does with importance weights.
type importanceUse uint8

const (
	importanceIgnored importanceUse = iota
	importanceOptional
	importanceRequired
)

const (
	activations = "holds activations, which are not stored: decoding only"
	plainNumber = "is kept as it is: decoding only"
)

// codecOf returns the codec of t.
func codecOf(t Type) codec {
	switch t {
	case F32:
		return codec{encode: func(dst []byte, x, _ []float32) { encodeF32(dst, x) }, decode: decodeF32}
	case F16:
		return codec{encode: func(dst []byte, x, _ []float32) { encodeF16(dst, x) }, decode: decodeF16}
	case BF16:
		return codec{encode: func(dst []byte, x, _ []float32) { encodeBF16(dst, x) }, decode: decodeBF16}

	case Q4_0:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeLegacy(dst, x, w, encodeQ40, encodeQ40Importance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ40) },
		}
	case Q4_1:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeLegacy(dst, x, w, encodeQ41, encodeQ41Importance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ41) },
		}
	case Q5_0:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeLegacy(dst, x, w, encodeQ50, encodeQ50Importance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ50) },
		}
	case Q5_1:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeLegacy(dst, x, w, encodeQ51, encodeQ51Importance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ51) },
		}
	case Q8_0:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeQ80) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ80) },
		}
	case Q8_1:
		return codec{
			decode:     func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ81) },
			notEncoded: activations,
		}

	case Q2_K:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeQ2K, encodeQ2KImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ2K) },
		}
	case Q3_K:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeQ3K, encodeQ3KImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ3K) },
		}
	case Q4_K:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeQ4K, encodeQ4KImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ4K) },
		}
	case Q5_K:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeQ5K, encodeQ5KImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ5K) },
		}
	case Q6_K:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeQ6K, encodeQ6KImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ6K) },
		}
	case Q8_K:
		return codec{
			decode:     func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ8K) },
			notEncoded: activations,
		}

	case IQ4_NL:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeIQ4NL, encodeIQ4NLImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ4NL) },
		}
	case IQ4_XS:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeIQ4XS, encodeIQ4XSImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ4XS) },
		}

	case IQ1_S:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeImportanceBlocks(dst, x, w, encodeIQ1S) },
			weighted: importanceRequired,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ1S) },
		}
	case IQ1_M:
		return codec{
			encode:   func(dst []byte, x, w []float32) { encodeEither(dst, x, w, encodeIQ1M, encodeIQ1MImportance) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ1M) },
		}
	case IQ2_XXS:
		return codec{
			encode:   func(dst []byte, x, w []float32) { noLatticeKernels.encodeIQ2XXS(dst, x, w) },
			weighted: importanceRequired,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ2XXS) },
		}
	case IQ2_XS:
		return codec{
			encode:   func(dst []byte, x, w []float32) { noLatticeKernels.encodeIQ2XS(dst, x, w) },
			weighted: importanceRequired,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ2XS) },
		}
	case IQ2_S:
		return codec{
			encode:   func(dst []byte, x, w []float32) { noLatticeKernels.encodeIQ2S(dst, x, w) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ2S) },
		}
	case IQ3_XXS:
		return codec{
			encode:   func(dst []byte, x, w []float32) { noLatticeKernels.encodeIQ3XXS(dst, x, w) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ3XXS) },
		}
	case IQ3_S:
		return codec{
			encode:   func(dst []byte, x, w []float32) { noLatticeKernels.encodeIQ3S(dst, x, w) },
			weighted: importanceOptional,
			decode:   func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeIQ3S) },
		}

	case TQ1_0:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeTQ10) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeTQ10) },
		}
	case TQ2_0:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeTQ20) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeTQ20) },
		}
	case MXFP4:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeMXFP4) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeMXFP4) },
		}
	case NVFP4:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeNVFP4) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeNVFP4) },
		}
	case Q1_0:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeQ10) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ10) },
		}
	case Q2_0:
		return codec{
			encode: func(dst []byte, x, _ []float32) { encodeBlocks(dst, x, encodeQ20) },
			decode: func(dst []float32, src []byte) { decodeBlocks(dst, src, decodeQ20) },
		}

	case I8:
		return codec{decode: decodeI8, notEncoded: plainNumber}
	case I16:
		return codec{decode: decodeI16, notEncoded: plainNumber}
	case I32:
		return codec{decode: decodeI32, notEncoded: plainNumber}
	case I64:
		return codec{decode: decodeI64, notEncoded: plainNumber}
	case F64:
		return codec{decode: decodeF64, notEncoded: plainNumber}
	}
	return codec{notEncoded: "encoding"}
}
