package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A machine is an instruction set, for the kernels of one file. A row of 16 lanes takes
// one register of AVX-512 or two of AVX2: its groups.
//
// Avo has Go's order of operands, the reverse of Intel's. The methods have that of
// arithmetic: destination, left, right.
type machine struct {
	*build.Context
	name      string
	wide      bool
	sets      int // laneSets that a kernel works on, one after the other in memory
	words     map[string][]uint32
	constants map[string]op.Mem // those of the words that a kernel needed
	labels    int
	err       error // the first one
}

func newMachine(name string) *machine {
	m := &machine{Context: build.NewContext(), name: name, sets: 1, words: map[string][]uint32{}, constants: map[string]op.Mem{}}
	m.defineWords()
	return m
}

func newAVX2() *machine { return newMachine("AVX2") }

func newAVX512() *machine {
	m := newMachine("AVX512")
	m.wide = true
	return m
}

// groups is the number of registers of a row, in all sets.
func (m *machine) groups() int {
	if m.wide {
		return m.sets
	}
	return 2
}

// part returns the bytes of a row, at an offset, that belong to a group.
func (m *machine) part(base op.Mem, offset, group int) op.Mem {
	if m.wide {
		return base.Offset(offset + laneSetBytes*group)
	}
	return base.Offset(offset + 32*group)
}

func (m *machine) vector() reg.VecVirtual {
	if m.wide {
		return m.ZMM()
	}
	return m.YMM()
}

// lanes is the number of float32 in a register.
func (m *machine) lanes() int {
	if m.wide {
		return 16
	}
	return 8
}

// vectors returns one register for each group.
func (m *machine) vectors() []reg.VecVirtual {
	v := make([]reg.VecVirtual, m.groups())
	for g := range v {
		v[g] = m.vector()
	}
	return v
}

// defineWords defines the constants that take part in arithmetic everywhere.
func (m *machine) defineWords() {
	m.define("magic", magicBits)
	m.define("mantissa", 0x007FFFFF)
	m.define("exponent", 0x4B000000)
	m.define("magnitude", 0x7FFFFFFF)
	m.define("sign", 0x80000000)
	m.define("nothing", math.Float32bits(1e-15))
	m.define("one", math.Float32bits(1))
	m.define("thirtysecond", math.Float32bits(1./32))
}

// fail keeps the first error. What the machine makes after it is of no use.
func (m *machine) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// define defines a constant, a register wide, of words that are repeated.
func (m *machine) define(name string, words ...uint32) { m.words[name] = words }

// constant returns where a constant stands, which the file gets when it is first asked
// for.
func (m *machine) constant(name string) op.Mem {
	if c, ok := m.constants[name]; ok {
		return c
	}
	words := m.words[name]
	if words == nil {
		m.fail(fmt.Errorf("no constant %q", name))
		return op.Mem{}
	}
	m.constants[name] = m.StaticGlobal(name)
	m.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range m.lanes() {
		m.AddDatum(4*i, op.U32(words[i%len(words)]))
	}
	return m.constants[name]
}

const magicBits = 0x4B400000 // float32 1.5·2^23

func (m *machine) load(dst, src op.Op)  { m.VMOVUPS(src, dst) }
func (m *machine) store(dst, src op.Op) { m.VMOVUPS(src, dst) }

func (m *machine) broadcast(dst, src op.Op) { m.VBROADCASTSS(src, dst) }

// zero is an integer operation, which AVX-512F has for all registers.
func (m *machine) zero(dst op.Op) { m.xor(dst, dst, dst) }

func (m *machine) add(dst, a, b op.Op)     { m.VADDPS(b, a, dst) }
func (m *machine) sub(dst, a, b op.Op)     { m.VSUBPS(b, a, dst) }
func (m *machine) mul(dst, a, b op.Op)     { m.VMULPS(b, a, dst) }
func (m *machine) div(dst, a, b op.Op)     { m.VDIVPS(b, a, dst) }
func (m *machine) sqrt(dst, a op.Op)       { m.VSQRTPS(a, dst) }
func (m *machine) smaller(dst, a, b op.Op) { m.VMINPS(b, a, dst) } // a < b ? a : b
func (m *machine) larger(dst, a, b op.Op)  { m.VMAXPS(b, a, dst) } // a > b ? a : b

// addProduct adds a·b to sum, rounded twice.
func (m *machine) addProduct(sum, a, b op.Op) {
	p := m.vector()
	m.mul(p, a, b)
	m.add(sum, sum, p)
}

func (m *machine) and(dst, a, b op.Op) {
	if m.wide {
		m.VPANDD(b, a, dst)
	} else {
		m.VPAND(b, a, dst)
	}
}

func (m *machine) or(dst, a, b op.Op) {
	if m.wide {
		m.VPORD(b, a, dst)
	} else {
		m.VPOR(b, a, dst)
	}
}

func (m *machine) xor(dst, a, b op.Op) {
	if m.wide {
		m.VPXORD(b, a, dst)
	} else {
		m.VPXOR(b, a, dst)
	}
}

func (m *machine) magnitude(dst, a op.Op) { m.and(dst, a, m.constant("magnitude")) }

// A rounding holds what rounding needs, in registers if there are enough.
type rounding struct{ magic, mantissa, exponent op.Op }

func (m *machine) rounding() rounding {
	r := rounding{m.vector(), m.keep(m.constant("mantissa")), m.keep(m.constant("exponent"))}
	m.load(r.magic, m.constant("magic"))
	return r
}

// keep returns what is in memory, in a register if there are enough.
func (m *machine) keep(src op.Mem) op.Op {
	if !m.wide {
		return src
	}
	v := m.vector()
	m.load(v, src)
	return v
}

// round makes of v the bits of magic+n for the integer n next to it, wrapped to -2^22
// to 2^22-1 and clamped.
func (m *machine) round(v op.Op, r rounding, lowest, highest op.Op) {
	m.add(v, v, r.magic)
	m.andOr(v, r.mantissa, r.exponent)
	m.VPMAXSD(lowest, v, v)
	m.VPMINSD(highest, v, v)
}

// andOr keeps the bits of v that are in kept and sets others.
func (m *machine) andOr(v, kept, others op.Op) {
	if m.wide {
		m.VPTERNLOGD(op.U8(0xEA), others, kept, v)
	} else {
		m.VPAND(kept, v, v)
		m.VPOR(others, v, v)
	}
}

// A mask has a lane's answer to a question: a mask register of AVX-512, all bits
// of the lane of AVX2.
type mask op.Op

const (
	equal     = 0x00
	unordered = 0x03 // some is NaN
	unequal   = 0x04
	less      = 0x11 // false for NaN
	more      = 0x1E // false for NaN
	atMost    = 0x12 // false for NaN

	notAtLeast = 0x19 // true for NaN
	notAtMost  = 0x16 // true for NaN
)

// mask returns a register for one.
func (m *machine) mask() mask {
	if m.wide {
		return m.K()
	}
	return m.YMM()
}

// compare asks a question about a and b.
func (m *machine) compare(question int, a, b op.Op) mask {
	k := m.mask()
	m.VCMPPS(op.U8(question), b, a, k)
	return k
}

// and2 makes a the lanes of both masks.
func (m *machine) and2(a, b mask) {
	if m.wide {
		m.KANDW(a, b, a)
	} else {
		m.VPAND(a, b, a)
	}
}

// or2 makes a the lanes of either mask.
func (m *machine) or2(a, b mask) {
	if m.wide {
		m.KORW(a, b, a)
	} else {
		m.VPOR(a, b, a)
	}
}

// replace sets the lanes of the mask in dst to those of src.
func (m *machine) replace(k mask, dst, src op.Op) {
	if m.wide {
		m.VMOVUPS(src, k, dst)
	} else {
		m.VBLENDVPS(k, src, dst, dst)
	}
}

// unlessAny jumps where no lane is in the mask.
func (m *machine) unlessAny(k mask, label string) {
	if m.wide {
		m.KORTESTW(k, k)
	} else {
		m.VPTEST(k, k)
	}
	m.JZ(op.LabelRef(label))
}

func (m *machine) label(name string) string {
	m.labels++
	return fmt.Sprintf("%s%03d", name, m.labels)
}

// eachRow runs over the rows of the planes, count of them, a multiple of four. body
// makes the code for one row; it stands four times in a loop.
func (m *machine) eachRow(s op.Mem, count reg.Register, body func(row op.Mem)) {
	row, left := m.GP64(), m.GP64()
	m.LEAQ(s, row)
	m.MOVQ(count, left)
	loop := m.label("rows")
	m.Label(loop)
	for i := range 4 {
		body(op.Mem{Base: row, Disp: i * rowBytes})
	}
	m.ADDQ(op.U32(4*rowBytes), row)
	m.SUBQ(op.U8(4), left)
	m.JNZ(op.LabelRef(loop))
}

// parameter loads a parameter.
func (m *machine) parameter(name string) reg.GPVirtual {
	r := m.GP64()
	m.Load(m.Param(name), r)
	return r
}

// argument returns where a parameter stands.
func (m *machine) argument(name string) op.Mem {
	p, err := m.Param(name).Resolve()
	if err != nil {
		m.fail(err)
		return op.Mem{}
	}
	return p.Addr
}
