// Command guest does what could tell a packed module from one that is not: it makes the runtime look at its tables.
// Each exported function prints what it found to the standard error.
package main

import (
	"reflect"
	"runtime"
	"runtime/debug"
)

func main() {}

type point struct{ x, y int }

func (p point) sum() int { return p.x + p.y }

type summer interface{ sum() int }

//go:noinline
func sum(s summer) int { return s.sum() }

//go:noinline
func index(s []int, i int) int { return s[i] }

// caught returns the text of the panic that f ends in.
func caught(f func()) (text string) {
	defer func() {
		switch v := recover().(type) {
		case nil:
			text = "no panic"
		case error:
			text = v.Error()
		case string:
			text = v
		}
	}()
	f()
	return ""
}

// deeper calls recover one frame too deep.
func deeper() {
	defer func() { func() { _ = recover() }() }()
	panic("not recovered by a call too deep")
}

type tidier interface{ tidy() }

// tidy is inlined into the function that calls it for a pointer, and counts as a frame nevertheless.
func (point) tidy() { rescue() }

//go:noinline
func rescue() { _ = recover() }

// inlined calls recover one frame too deep, if calls that were inlined count.
func inlined(t tidier) {
	defer t.tidy()
	panic("not recovered by a call of what is inlined")
}

//go:wasmexport panics
func panics() {
	println(caught(func() { index(make([]int, 3), 4) }))
	println(caught(func() { println((*point)(nil).x) }))
	println(caught(func() { sum((*point)(nil)) }))
	println(caught(func() { panic("of our own") }))
	println(caught(deeper))
	println(caught(func() { inlined(&point{}) }))
}

type list struct {
	next *list
	data [8]int
}

// fill makes a list while it drops others, so that the collector runs and must not take what is reachable.
func fill(n int) *list {
	var head *list
	for i := range n {
		head = &list{next: head}
		head.data[i%8] = i
		for range 4 {
			garbage = &list{next: garbage.next}
		}
	}
	return head
}

var garbage = &list{}

//go:wasmexport collect
func collect() {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	sum, cleaned := 0, make(chan int, 1)
	runtime.AddCleanup(new(point), func(n int) { cleaned <- n }, 7)
	for l := fill(20_000); l != nil; l = l.next {
		for _, v := range l.data {
			sum += v
		}
	}
	runtime.GC()
	println(sum, <-cleaned)
}

// descend makes the stack grow, and be moved, while frames point into each other. It returns n.
func descend(n int, above *int) int {
	here := *above + 1
	if n == 0 {
		return 0
	}
	below := descend(n-1, &here)
	if here != *above+1 {
		panic("a frame points to what it should not")
	}
	return below + 1
}

//go:wasmexport recurse
func recurse() {
	println(descend(100_000, new(int)))
}

// communicate counts the goroutines too, without those of the runtime.
//
//go:wasmexport communicate
func communicate() {
	before := runtime.NumGoroutine()
	numbers, sums := make(chan int), make(chan int)
	for range 8 {
		go func() {
			sum := 0
			for n := range numbers {
				sum += descend(n, new(int))
			}
			sums <- sum
		}()
	}
	for n := range 200 {
		numbers <- n
	}
	close(numbers)
	total := 0
	for range 8 {
		total += <-sums
	}
	println(total, before)
}

// reflected calls a function that package reflect made, of which the collector learns the arguments in a way of its own.
//
//go:wasmexport reflected
func reflected() {
	grow := func(args []reflect.Value) []reflect.Value {
		head := fill(2_000)
		runtime.GC()
		n := descend(10_000, new(int)) + args[0].Interface().(*point).sum() + head.data[7]
		return []reflect.Value{reflect.ValueOf(&point{n, n})}
	}
	made := reflect.MakeFunc(reflect.TypeFor[func(*point) *point](), grow).Interface().(func(*point) *point)
	method := reflect.ValueOf(&point{3, 4}).MethodByName("Grow").Interface().(func() *point)
	println(made(&point{1, 2}).sum(), method().sum())
}

// Grow is a method to be called through package reflect.
func (p *point) Grow() *point {
	head := fill(2_000)
	runtime.GC()
	return &point{p.x + descend(10_000, new(int)), head.data[7]}
}

// here prints what only the tables that packing drops can tell.
//
//go:wasmexport here
func here() {
	_, file, line, ok := runtime.Caller(0)
	println(file, line, ok)
}

// hang waits for nobody.
//
//go:wasmexport hang
func hang() {
	<-make(chan int)
}
