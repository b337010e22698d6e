// Package quantize encodes rows of float32 weights into the block formats of
// ggml, decodes them, and measures what was lost.
//
// [Encode] and [Decode] convert whole tensors or any part made of whole rows;
// [RowWriter] and [RowReader] do the same on streams. [Measure] and [Meter]
// compare values before and after. A [FileType] chooses a Type for each tensor of
// a model.
//
// # Terminology
//
// A Type says how one tensor is stored, for example [Q4_K]. A [FileType] is a
// recipe for a whole file, for example Q4_K_M: which Type each tensor gets.
//
// A block is the smallest self-contained unit of a Type: 32 values in the older
// types, 256 in most others, where it is called a super-block. A super-block
// consists of sub-blocks of 16 or 32 values. Blocks never cross rows, so the
// length of a row is a multiple of the block size.
//
// A quant is the small integer that stands for a value. A block turns quants into
// values by a scale and, in some types, a min:
//
//	value = scale · quant             with quants around zero
//	value = scale · quant - min       with quants from zero up, min ≥ 0
//	value = scale · codebook[quant]   the IQ types and MXFP4, NVFP4
//
// In super-blocks the scales and mins of the sub-blocks are small integers
// themselves, with one scale of the scales and one scale of the mins. (The
// reference calls these d and dmin.)
//
// Bits per weight are the bits of a block divided by its values, scales included.
//
// Importance is a weight for the error of each column of a matrix. It comes from
// an importance matrix, which a run over sample text collects: columns that see
// large activations matter more. With importance the encoders search harder, and
// differently. [IQ1_S], [IQ2_XXS] and [IQ2_XS] are encoded with importance only.
//
// # Byte maps
//
// Each Type has one page, a file that holds its byte map, decoder and encoder:
//
//	plain.go                                 F32, F16, BF16, F64, I8, I16, I32, I64
//	q4_0.go q4_1.go q5_0.go q5_1.go q8_0.go  blocks of 32
//	q2k.go q3k.go q4k.go q5k.go q6k.go       super-blocks of 256
//	iq4nl.go iq4xs.go                        four bits, codebook
//	iq2xxs.go iq2xs.go iq2s.go               lattice codebooks of eight values
//	iq3xxs.go iq3s.go                        lattice codebooks of four values
//	iq1s.go iq1m.go                          ternary lattice
//	tq1_0.go tq2_0.go                        ternary
//	mxfp4.go nvfp4.go                        four-bit floating point
//	q1_0.go q2_0.go                          one and two bits
//	q8_1.go q8k.go                           activations, decoded only
//
// The searches that the encoders share are named for what they minimise:
//
//	scale_symmetric.go  Σ w·(x - scale·q)², q around zero
//	scale_min.go        Σ w·(x - scale·q + min)², q ≥ 0
//	scale_descent.go    Σ x²·(x - scale·q)², by moving single quants
//	scale_positive.go   Σ w·(x - scale·q)², x ≥ 0: the scales and mins themselves
//	scale_codebook.go   Σ w·(x - scale·codebook[q])²
//	scale_lattice.go    Σ w·(x - scale·q)², q from points of a lattice
//	scale_ternary.go    Σ w·(x - scale·q)², q of three levels
//
// lattice.go says what a lattice is, lattice_neighbours.go which points are near a
// vector, lattice_nearest.go how one of them is chosen, lattice_errors.go how for
// many scales at once, lattice_round.go how values become vectors, lattice_sums.go how
// vectors are judged; ternary_filter.go passes over splits that cannot be the best.
//
// # Kernels
//
// On amd64 with AVX2 or AVX-512F, assembly encodes all types with blocks but [TQ1_0],
// [TQ2_0], [MXFP4], [NVFP4], [Q1_0] and [Q2_0], decodes all of them, converts [F16],
// [BF16] and the floats of 8 bits, looks for what is not finite, and sums for a [Meter].
// It stands in kernel_*.go, with what internal/kernelgen writes. WebAssembly's kernels,
// which internal/simdgen writes, leave the IQ1, IQ2 and IQ3 types to plain Go, and the
// decoding of TQ1_0, TQ2_0, Q1_0 and Q2_0. The bytes are the same.
// GODEBUG=cpu.avx512f=off and GODEBUG=cpu.avx2=off turn kernels off, the build tag purego
// leaves them out.
//
// # Exactness
//
// Encoded bytes equal those of ggml's reference on x86-64, on every platform and
// for any number of workers: all arithmetic is float32, rounded after each
// operation, summed from left to right, never fused. The bytes of NaN and
// infinities are not part of that promise; [Validate] finds the blocks that they
// spoil. Where the errors or scales of finite values overflow, which takes
// magnitudes or importance weights around 1e18, the reference's encoders of the IQ1,
// IQ2 and IQ3 types end the process: the block gets a scale of NaN instead, which
// Validate finds too. Nor is it a promise what the other searches make of sums that
// overflow.
//
// # Concurrency and memory
//
// All functions may be called concurrently on different data. [Encode] spreads
// rows over Options.Workers goroutines, which end before it returns; it allocates
// a few small objects for them and none per row. The first encoding of an IQ1, IQ2
// or IQ3 type makes that type's table of neighbours, 50 to 700 kB that stay, 1.6 MB
// for all of them. [Decode] runs on the calling
// goroutine and allocates nothing. The streams keep one buffer of a few rows.
package quantize
