package jinja

import (
	"context"
	"math/big"
)

// Limits bound what a template may use. A field that is 0 takes the default,
// which grows with the input where it says so: a long conversation is no attack.
type Limits struct {
	Steps  int // nodes evaluated, and what costs as much as that; 0: 1,000,000 + 64 a byte of input
	Memory int // bytes that all values made take together, whether they are still in use or not; 0: 32 MiB + 64 a byte of input
	Output int // bytes of the result; 0: 8 MiB + 16 a byte of input
	Depth  int // macros, loops and containers within each other; 0: 200
	Source int // bytes of the template; 0: 128 KiB, seven times the longest that is known
}

const (
	defaultSteps  = 1_000_000
	defaultMemory = 32 << 20
	defaultOutput = 8 << 20
	defaultDepth  = 200
	defaultSource = 128 << 10

	// What the parser takes, whatever the limits. Python gives up before that:
	// it compiles at most 20 loops and 100 statements within each other.
	maxNesting    = 200 // brackets
	maxLoops      = 20
	maxStatements = 100
	maxChain      = 1000 // operators in a row, which nest to the left
	maxArguments  = 1000 // of a call, and parameters of a macro
	maxDeepChain  = 50   // the same as maxChain within more than deepNesting brackets
	deepNesting   = 20

	// maxDeep bounds nodes within each other while they are evaluated, and with
	// them the stack.
	maxDeep = 20_000

	// maxRange is the longest range that Jinja's sandbox makes.
	maxRange = 100_000
	// maxBits bounds integers. Python writes none of more than 4300 digits.
	maxBits = 1 << 16
)

// withDefaults fills in the limits for an input of that many bytes.
func (l Limits) withDefaults(input int) Limits {
	grow := func(limit *int, least, perByte int) {
		if *limit <= 0 {
			*limit = least + perByte*input
		}
	}
	grow(&l.Steps, defaultSteps, 64)
	grow(&l.Memory, defaultMemory, 64)
	grow(&l.Output, defaultOutput, 16)
	grow(&l.Depth, defaultDepth, 0)
	grow(&l.Source, defaultSource, 0)
	return l
}

// A budget is what is left of the limits of one run.
type budget struct {
	ctx    context.Context
	steps  int
	memory int
	depth  int
	deep   int // nodes that the current one is evaluated within
	check  int // steps until the context is asked again
}

// stepsPerCheck is how many steps pass between looks at the context.
const stepsPerCheck = 4096

// step pays for n steps.
func (it *interp) step(n int) {
	if it.steps -= n; it.steps < 0 {
		it.fail(ErrLimit, "the template takes too many steps")
	}
	if it.check -= n; it.check < 0 {
		it.check = stepsPerCheck
		if err := it.ctx.Err(); err != nil {
			it.failWith(err, "stopped")
		}
	}
}

// work pays for looking through n bytes, character by character.
func (it *interp) work(n int) { it.step(n >> 3) }

// scan pays for looking through values once, as most builtins do with their
// arguments, and for a copy of what a string says of its origins.
func (it *interp) scan(values ...Value) {
	for _, v := range values {
		switch v := v.(type) {
		case *Str:
			it.step(len(v.s) >> 6)
			if v.marks != nil {
				it.allocTimes(len(v.marks), elementBytes)
			}
		case *big.Int:
			it.step(words(v))
		}
	}
}

// alloc pays for n bytes of memory, before they are allocated.
func (it *interp) alloc(n int) {
	if n < 0 || n > it.memory {
		it.fail(ErrLimit, "the template takes too much memory")
	}
	it.memory -= n
	it.step(n >> 6)
}

// Sizes of values, for alloc: what a list's element and a dictionary's member
// take.
const (
	elementBytes = 16
	memberBytes  = 96
	objectBytes  = 64
)

// allocTimes pays for count times size bytes, whose product may not fit.
func (it *interp) allocTimes(count, size int) {
	if size > 0 && count > it.memory/size {
		it.alloc(-1)
	}
	it.alloc(count * size)
}

// node pays for a node, and goes one level deeper into the tree.
func (it *interp) node() {
	it.step(1)
	if it.deep++; it.deep > maxDeep {
		it.fail(ErrLimit, "the template nests or recurses too deeply")
	}
}

// enter goes one level deeper; leave comes back.
func (it *interp) enter() {
	if it.depth--; it.depth < 0 {
		it.fail(ErrLimit, "the template nests or recurses too deeply")
	}
}

func (it *interp) leave() { it.depth++ }
