package main

import (
	"encoding/binary"
	"math"
)

// A function is a kernel in the making. WebAssembly computes on a stack: an operand is
// code that leaves its value there, and an operation is the code of its operands and
// its own. What is used more than once goes to a local.
type function struct {
	name       string
	parameters int
	results    int    // 1 or none
	locals     []byte // their types
	code       []byte
}

// A vector is code that leaves four lanes of 32 bits, or two of 64, on the stack.
type vector interface{ vector() []byte }

// A number is code that leaves a number of 32 bits on the stack: an address, a count,
// or an answer.
type number interface{ number() []byte }

type (
	vectorCode  []byte
	vectorLocal int
	numberCode  []byte
	numberLocal int
)

func (c vectorCode) vector() []byte  { return c }
func (l vectorLocal) vector() []byte { return append([]byte{opLocalGet}, unsigned(int(l))...) }
func (c numberCode) number() []byte  { return c }
func (l numberLocal) number() []byte { return append([]byte{opLocalGet}, unsigned(int(l))...) }

const (
	opBlock      = 0x02
	opLoop       = 0x03
	opIf         = 0x04
	opElse       = 0x05
	opEnd        = 0x0B
	opBranchIf   = 0x0D
	opLocalGet   = 0x20
	opLocalSet   = 0x21
	opI32Store   = 0x36
	opI32Const   = 0x41
	opI32IsZero  = 0x45
	opI32Unequal = 0x47
	opI32CTZ     = 0x68
	opI32Add     = 0x6A
	opI32And     = 0x71
	opI32Or      = 0x72
	opI32Shl     = 0x74
	opVector     = 0xFD // the number of a vector operation follows

	noResult = 0x40 // of a block
)

// bytes returns the function's body: its locals, in runs of one type, and its code.
func (f *function) bytes() []byte {
	var runs [][]byte
	for i := 0; i < len(f.locals); {
		run := i
		for i < len(f.locals) && f.locals[i] == f.locals[run] {
			i++
		}
		runs = append(runs, append(unsigned(i-run), f.locals[run]))
	}
	return sized(append(append(list(runs), f.code...), opEnd))
}

func (f *function) emit(code ...byte) { f.code = append(f.code, code...) }

// parameter returns the parameter at an index.
func (f *function) parameter(i int) numberLocal { return numberLocal(i) }

func (f *function) local(typ byte) int {
	f.locals = append(f.locals, typ)
	return f.parameters + len(f.locals) - 1
}

// let computes a vector once, for further use or to be changed.
func (f *function) let(v vector) vectorLocal {
	l := vectorLocal(f.local(typeV128))
	f.set(l, v)
	return l
}

func (f *function) set(l vectorLocal, v vector) {
	f.emit(v.vector()...)
	f.emit(opLocalSet)
	f.emit(unsigned(int(l))...)
}

// letNumber is let for numbers.
func (f *function) letNumber(n number) numberLocal {
	l := numberLocal(f.local(typeI32))
	f.setNumber(l, n)
	return l
}

func (f *function) setNumber(l numberLocal, n number) {
	f.emit(n.number()...)
	f.emit(opLocalSet)
	f.emit(unsigned(int(l))...)
}

// advance adds to a number.
func (f *function) advance(l numberLocal, by int32) { f.setNumber(l, addNumbers(l, integer(by))) }

// while runs body, which makes the code once, and again as long as the number that it
// returns is not zero.
func (f *function) while(body func() number) {
	f.emit(opLoop, noResult)
	again := body()
	f.emit(again.number()...)
	f.emit(opBranchIf, 0, opEnd)
}

// countDown runs body as often as step goes into left, which is a multiple of it and not
// zero.
func (f *function) countDown(left numberLocal, step int32, body func()) {
	f.while(func() number {
		body()
		f.advance(left, -step)
		return left
	})
}

// breakable runs body, a loop that breakUnless may end.
func (f *function) breakable(body func()) {
	f.emit(opBlock, noResult)
	body()
	f.emit(opEnd)
}

// breakUnless ends the loop that it stands in, which breakable has to itself, if a
// number is zero.
func (f *function) breakUnless(n number) {
	f.emit(numbers(opI32IsZero, n).number()...)
	f.emit(opBranchIf, 1)
}

// repeat runs body count times.
func (f *function) repeat(count int32, body func()) {
	f.countDown(f.letNumber(integer(count)), 1, body)
}

// when runs body if a number is not zero.
func (f *function) when(n number, body func()) {
	f.emit(n.number()...)
	f.emit(opIf, noResult)
	body()
	f.emit(opEnd)
}

// either runs body if a number is not zero, and otherwise the other.
func (f *function) either(n number, body, otherwise func()) {
	f.when(n, func() {
		body()
		f.emit(opElse)
		otherwise()
	})
}

// answer ends a function that returns a number.
func (f *function) answer(n number) { f.emit(n.number()...) }

func integer(n int32) number { return numberCode(append([]byte{opI32Const}, signed(n)...)) }

func numbers(op byte, operands ...number) number {
	var code numberCode
	for _, n := range operands {
		code = append(code, n.number()...)
	}
	return append(code, op)
}

func addNumbers(a, b number) number { return numbers(opI32Add, a, b) }
func orNumbers(a, b number) number  { return numbers(opI32Or, a, b) }
func shiftLeft(a, b number) number  { return numbers(opI32Shl, a, b) }
func trailingZeros(a number) number { return numbers(opI32CTZ, a) }

// A place is an address and a distance from it.
type place struct {
	base   number
	offset int
}

func (p place) at(offset int) place { return place{p.base, p.offset + offset} }

// access is an operation of memory: op, what it says of alignment (nothing), the
// distance.
func access(op int, p place) []byte { return append(append(operation(op), 0), unsigned(p.offset)...) }

func operation(op int) []byte { return append([]byte{opVector}, unsigned(op)...) }

func load(p place) vector { return loadBy(opLoad, p) }

// loadBy loads as op does: a number into all lanes, or narrower ones widened.
func loadBy(op int, p place) vector {
	return vectorCode(append(append([]byte(nil), p.base.number()...), access(op, p)...))
}

func (f *function) store(p place, v vector) {
	f.emit(p.base.number()...)
	f.emit(v.vector()...)
	f.emit(access(opStore, p)...)
}

// storeFirst stores the first lane, of 32 bits.
func (f *function) storeFirst(p place, v vector) {
	f.emit(p.base.number()...)
	f.emit(v.vector()...)
	f.emit(access(opStore32Lane, p)...)
	f.emit(0)
}

// storeNumber stores 32 bits.
func (f *function) storeNumber(p place, n number) {
	f.emit(p.base.number()...)
	f.emit(n.number()...)
	f.emit(opI32Store, 0)
	f.emit(unsigned(p.offset)...)
}

// copyBytes copies n bytes.
func (f *function) copyBytes(dst, src, n number) {
	for _, operand := range []number{dst, src, n} {
		f.emit(operand.number()...)
	}
	f.emit(0xFC, 10, 0, 0) // memory.copy, within memory 0
}

// Operations of memory.
const (
	opLoad        = 0x00
	opLoad8x8     = 0x02 // eight bytes, widened by zeros
	opLoad16x4    = 0x04 // four numbers of 16 bits, widened by zeros
	opLoadSplat8  = 0x07 // into all lanes
	opLoadSplat16 = 0x08
	opLoadSplat   = 0x09 // of 32 bits
	opLoadSplat64 = 0x0A
	opStore       = 0x0B
	opStore32Lane = 0x5A
	opLoadLow     = 0x5D // of 64 bits
)

// bits returns a vector of one number, which may stand for a float32.
func bits(u uint32) vector { return words(u, u, u, u) }

// splat returns a vector of one number that the code computes.
func splat(n number) vector {
	return vectorCode(append(append([]byte(nil), n.number()...), operation(opSplat)...))
}

// float returns a vector of one float32.
func float(x float32) vector { return bits(math.Float32bits(x)) }

func zero() vector { return bits(0) }

func words(w ...uint32) vector {
	code := vectorCode(operation(opConst))
	for _, u := range w {
		code = binary.LittleEndian.AppendUint32(code, u)
	}
	return code
}

func bytes16(b []byte) vector { return vectorCode(append(operation(opConst), b[:16]...)) }

func vectors(op int, operands ...vector) vector {
	var code vectorCode
	for _, v := range operands {
		code = append(code, v.vector()...)
	}
	return append(code, operation(op)...)
}

func answer(op int, v vector) number {
	return numberCode(append(append([]byte(nil), v.vector()...), operation(op)...))
}

// Operations of registers. The relaxed ones, from 0x100, are not among them: they may
// round once where two operations round twice.
const (
	opConst          = 0x0C
	opShuffle        = 0x0D
	opSwizzle        = 0x0E
	opSplat          = 0x11
	opI8Equal        = 0x23
	opI8Greater      = 0x27
	opI32Equal       = 0x37
	opI32Greater     = 0x3B
	opF32Equal       = 0x41
	opF32Unequal     = 0x42
	opF32Less        = 0x43
	opF32LessOrEqual = 0x45
	opAnd            = 0x4E
	opAndNot         = 0x4F
	opOr             = 0x50
	opXor            = 0x51
	opSelect         = 0x52
	opAnyTrue        = 0x53
	opF64PromoteLow  = 0x5F
	opI8Bitmask      = 0x64
	opI8Narrow       = 0x66
	opI8Sum          = 0x6E
	opI8Difference   = 0x71
	opI8MinUnsigned  = 0x77
	opF32Floor       = 0x68
	opF32Truncate    = 0x69
	opI16Narrow      = 0x86
	opI16ExtendLow   = 0x87 // signed
	opI16ExtendHigh  = 0x88
	opI16ShiftLeft   = 0x8B
	opI16ShiftRight  = 0x8D
	opI32AllTrue     = 0xA3
	opI32Bitmask     = 0xA4
	opI32ExtendLow   = 0xA7 // signed
	opI32ExtendHigh  = 0xA8
	opI32ShiftLeft   = 0xAB
	opI32ShiftSigned = 0xAC
	opI32ShiftRight  = 0xAD
	opI32Sum         = 0xAE
	opI32Difference  = 0xB1
	opI32Min         = 0xB6
	opI32MinUnsigned = 0xB7
	opI32Max         = 0xB8
	opI32MaxUnsigned = 0xB9
	opI64ShiftRight  = 0xCD
	opI64Sum         = 0xCE
	opI64Greater     = 0xD9
	opF32Magnitude   = 0xE0
	opF32Negative    = 0xE1
	opF32Root        = 0xE3
	opF32Sum         = 0xE4
	opF32Difference  = 0xE5
	opF32Product     = 0xE6
	opF32Quotient    = 0xE7
	opF32PseudoMin   = 0xEA
	opF32PseudoMax   = 0xEB
	opF64Sum         = 0xF0
	opF64Difference  = 0xF1
	opF64Product     = 0xF2
	opF32FromI32     = 0xFA
)

func add(a, b vector) vector         { return vectors(opF32Sum, a, b) }
func sub(a, b vector) vector         { return vectors(opF32Difference, a, b) }
func mul(a, b vector) vector         { return vectors(opF32Product, a, b) }
func div(a, b vector) vector         { return vectors(opF32Quotient, a, b) }
func root(a vector) vector           { return vectors(opF32Root, a) }
func negative(a vector) vector       { return vectors(opF32Negative, a) }
func magnitude(a vector) vector      { return vectors(opF32Magnitude, a) }
func floor(a vector) vector          { return vectors(opF32Floor, a) }
func truncate(a vector) vector       { return vectors(opF32Truncate, a) }
func smaller(a, b vector) vector     { return vectors(opF32PseudoMin, b, a) } // a < b ? a : b
func larger(a, b vector) vector      { return vectors(opF32PseudoMax, b, a) } // a > b ? a : b
func and(a, b vector) vector         { return vectors(opAnd, a, b) }
func or(a, b vector) vector          { return vectors(opOr, a, b) }
func equal(a, b vector) vector       { return vectors(opF32Equal, a, b) }
func unequal(a, b vector) vector     { return vectors(opF32Unequal, a, b) }
func less(a, b vector) vector        { return vectors(opF32Less, a, b) } // false for NaN
func lessOrEqual(a, b vector) vector { return vectors(opF32LessOrEqual, a, b) }
func isNaN(a vectorLocal) vector     { return unequal(a, a) }
func without(a, not vector) vector   { return vectors(opAndNot, a, not) }

// choose takes the lanes of the mask, which have all bits set, from a, others from b.
func choose(mask, a, b vector) vector { return vectors(opSelect, a, b, mask) }

// anyLane answers whether the mask has a lane, allLanes whether it has all.
func anyLane(mask vector) number  { return answer(opAnyTrue, mask) }
func allLanes(mask vector) number { return answer(opI32AllTrue, mask) }

// shift shifts all lanes by some bits.
func shift(op int, v vector, by int32) vector { return shiftBy(op, v, integer(by)) }

func shiftBy(op int, v vector, by number) vector {
	code := append(append([]byte(nil), v.vector()...), by.number()...)
	return vectorCode(append(code, operation(op)...))
}

// shuffle takes lanes of a, from 0, and b, from 4.
func shuffle(a, b vector, lanes ...byte) vector {
	var bytes []byte
	for _, lane := range lanes {
		for i := range byte(4) {
			bytes = append(bytes, 4*lane+i)
		}
	}
	return shuffleBytes(a, b, bytes...)
}

// shuffleBytes takes bytes of a, from 0, and b, from 16. What comes behind those that are
// named is of no use.
func shuffleBytes(a, b vector, bytes ...byte) vector {
	var all [16]byte
	copy(all[:], bytes)
	return vectorCode(append(vectors(opShuffle, a, b).vector(), all[:]...))
}

// run returns count numbers from first on.
func run(first, count byte) []byte {
	var b []byte
	for i := range count {
		b = append(b, first+i)
	}
	return b
}
