package main

// What the files open with.

// introduction says what holds in all files of a machine.
func (m *machine) introduction() string {
	registers, needs := "Y0 to Y15", "AVX2 and nothing more"
	if m.wide {
		registers, needs = "Z0 to Z31 or parts of them", "AVX-512F, and AVX2 where a register holds less than 16 lanes"
	}
	return `
Needs ` + needs + `.

Avo hands out the registers, ` + registers + ` for vectors. General
registers hold pointers and counts. A kernel writes to nothing but what its
parameters point to, and takes some microseconds, in which it is not preempted.

Nothing is fused: there is no VFMADD and no VFMSUB here, which would skip the
rounding of the product, and a test looks for them. Nothing is approximated:
VDIVPS and VSQRTPS round correctly.

VMINPS and VMAXPS return their second operand for equal zeros and for NaN, the
destination's old value here: the first of the zeros remains, as in the plain code.
`
}

const searchIntroduction = `
A lane is a sub-block: a kernel works on 16 of them at once, each in its place of
the registers and never with an eye on its neighbours, so that every sum has the
order that the format asks for. A row of 16 lanes is one register of AVX-512 or two
of AVX2. In positiveErrors a lane is a candidate.

Layout: s is a quantize.laneSet, rows of 16 float32, 64 bytes each. Row i of the
plane x, offset 0, holds value i of every sub-block, so do w, from 2048, and work,
from 4096. From 6144 on there is one row for each thing that a search knows of a
sub-block: see layout.go of the generator. What does not fit into registers
between two passes over the planes stays in those rows.

Rounding to integers adds magic, 1.5·2^23: the integer then stands in the low 23
bits. Where it could be beyond 2^22 the upper bits are set to what they should be,
so that it wraps as the format wants; nothing traps and nothing saturates. It is
clamped as an integer, for which all of these are positive, and becomes a float by
subtracting magic, which is exact.

Lanes without an answer (all values equal, no determinant) compute infinities and
NaN and are masked at the end. No address depends on a value.`

const blocksIntroduction = `
Blocks are encoded one after the other, a block's values in the order of memory. No
sum is taken, and the largest of magnitudes is the same in any order.

A product that does not fit into an integer becomes 1<<31, of which the low byte, 0,
is kept: what the reference's conversion makes of it. No address depends on a value
but those of the extreme value of a block of Q4_0 and Q5_0, and of the first zero of
one of Q4_1 and Q5_1 that has nothing below zero, whose indexes have five bits.`

const halvesIntroduction = `
A lane is a value, in the order of memory, 16 at a time. Integers are rounded in the
bits of the floats: nothing overflows that is not meant to carry into the exponent.`

const decodeIntroduction = `
A kernel decodes block after block, and reads and writes nothing beyond them. The
quants of most types become bytes in the order of the values, 32 in a register, then
signed integers and floats, 16 at a time. The scale of a block is widened from F16 to
all lanes. Scales of sub-blocks are made 8 or 16 at a time and wait on the stack, each
to be loaded to all lanes where it is used; their mins stand 64 bytes behind them.

Types with few levels pick them from a register by the low bits of each lane. So do the
lattice types, whose points and signs come from tables of package quantize, 8 or 16 at
a time. Their addresses depend on values, by indexes of no more bits than the tables
have entries for.

NaN are those of the plain code on amd64, bit by bit: an operation returns the first of
two NaN, quiet, and products are first operands. Scales that are subnormal in F16 are
widened without an operand that is a subnormal float32, which can cost a hundred cycles.`

const latticeIntroduction = `
A lane is a candidate of an inverse scale, 16 or 8 of them at once: each rounds the same
values for itself, and adds up its sums in their order, in registers from the first
point to the last.

Layout: s is a quantize.latticeSet, arrays of 32 numbers, one for each value or
candidate; see lattice.go of the generator. The kernels read the heads at the
beginning of a quantize.lattice8 or lattice4, base3 behind the former, and the lists of
neighbours.

Lanes that round to the same vector, most of them, go through its list of neighbours
together. What a digit adds to the error has been computed for every digit and lane
beforehand, when the first list of a point is met, so that a neighbour takes one
addition a digit, in the order of the format: the errors are the format's own, and the
first least one is kept by comparing for less. Errors that are not finite are never less;
a lane that has seen no other leaves its bit in undecided.

In setValues a lane is one of eight values. In refit, which has one scale, it is a value
first, and then one of 16 or 8 neighbours at a time: what the error takes from a digit is
looked up in registers by shuffles. Behind a list something else may stand, which is read
and counts for nothing; quantize leaves room for that behind the last. The sums of refit
add one term after the other.

Addresses depend on values by digits, which are clamped before: a vector finds its head
and a head its list, wherever the values lead. Rounding wraps as in the searches. There
and in all sums infinities and NaN are possible, and do no harm.`

const errorsIntroduction = `
A lane is one of the eight partial sums of float64 that the metrics are defined by,
and stays in its register from the first value to the last.`

const finiteIntroduction = `
A lane is 32 bits of the operand: a float32, or two floats of 16 bits, whose carries
stay within their own. Nothing is rounded. The order does not matter, as the carries of
all are or'ed.`

const ternaryIntroduction = `
A lane is a sub-block, as in the search kernels, but in nearestTernary, where it is a
neighbour of one vector. Layout: s is a quantize.ternarySet, which begins with a laneSet;
see ternary.go of the generator.

A network of comparators sorts the rows. Keys are the values' bits, ordered as integers,
and where they stood decides between equal ones, so that the order is the only one.
Every split is tried, with the sums in the order of the format; a division is needed only
where some lane has a better split than before.

Errors are looked up, by two bits of a neighbour, among the four in a quarter or half of
a register, and added up from left to right. No address depends on a value but for the
lists, which are counted.`
