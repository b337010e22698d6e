package quantize

import "sync"

// Most vectors of digits are no points of a lattice. For each of those there is a
// list of the points near it, its neighbours, among which the encoders choose:
// the points at the smallest distances from it that occur, as many different
// distances, called shells, as the type says, in the order of the distances and
// among equal ones of the points. That order decides between neighbours that suit
// equally well, so it is part of the formats.
//
// The lists follow from the points, and take longer to make than to use once:
// they are made when a type is first encoded and kept for the life of the
// program. All six lattices take 1.6 MB:
//
//	             lists   heads  shells
//	IQ1          655 kB  26 kB       3
//	IQ2_XXS      226 kB  26 kB       2
//	IQ2_XS       363 kB  26 kB       2
//	IQ2_S         89 kB  26 kB       1
//	IQ3_XXS       38 kB  16 kB       2
//	IQ3_S         49 kB  16 kB       3

// A neighbourHead says what stands for a vector of digits: the index of a point,
// or where the list of neighbours lies and how long it is. A list is never empty.
type neighbourHead uint32

func pointHead(index int) neighbourHead { return neighbourHead(index) << 12 }

func listHead(start, length int) neighbourHead {
	return neighbourHead(start)<<12 | neighbourHead(length)
}

// isPoint reports whether the vector is a point of the lattice.
func (h neighbourHead) isPoint() bool { return h&0xFFF == 0 }

// index returns the index of a point.
func (h neighbourHead) index() uint16 { return uint16(h >> 12) }

// list returns the neighbours of a vector that is no point.
func (h neighbourHead) list(neighbours []uint16) []uint16 {
	start := h >> 12
	return neighbours[start : start+h&0xFFF]
}

// A lattice8 is a lattice of points of eight digits from 0 to 2. Vectors stand in
// it as points do in files, two bits a digit. The assembly knows where heads and base3
// are.
type lattice8 struct {
	heads      [81 * 81]neighbourHead // by the vector's digits as a number of base 3
	base3      [256]uint8             // what four digits of two bits are in base 3
	neighbours []uint16               // all lists
}

func (l *lattice8) head(vector uint16) neighbourHead {
	return l.heads[int(l.base3[vector&255])+81*int(l.base3[vector>>8])]
}

// A lattice4 is a lattice of points of four digits from 0 to 7, three bits a
// digit. The assembly knows where heads is.
type lattice4 struct {
	heads      [4096]neighbourHead // by the vector
	neighbours []uint16
}

func (l *lattice4) head(vector uint16) neighbourHead { return l.heads[vector&4095] }

// The lattices, each made when it is first asked for.
var (
	iq1Lattice    lazyLattice8
	iq2xxsLattice lazyLattice8
	iq2xsLattice  lazyLattice8
	iq2sLattice   lazyLattice8
	iq3xxsLattice lazyLattice4
	iq3sLattice   lazyLattice4
)

// A lazyLattice8 is sync.OnceValue as a zero value: nothing initialises it, so a
// program that encodes none of the types links no points for it.
type lazyLattice8 struct {
	once    sync.Once
	lattice lattice8
}

func (l *lazyLattice8) get(points []uint16, shells int) *lattice8 {
	l.once.Do(func() { l.lattice.build(points, shells) })
	return &l.lattice
}

type lazyLattice4 struct {
	once    sync.Once
	lattice lattice4
}

func (l *lazyLattice4) get(points []uint16, shells int) *lattice4 {
	l.once.Do(func() { l.lattice.build(points, shells) })
	return &l.lattice
}

func (l *lattice8) build(points []uint16, shells int) {
	var vectors [81]uint8 // of four digits, by their number of base 3
	for i := range vectors {
		v := uint8(i/27<<6 | i/9%3<<4 | i/3%3<<2 | i%3)
		vectors[i], l.base3[v] = v, uint8(i)
	}
	halves := squareDistances(vectors[:], 2)
	for i, point := range points {
		l.heads[int(l.base3[point&255])+81*int(l.base3[point>>8])] = pointHead(i)
	}
	distances := make([]uint8, len(points))
	for i := range l.heads {
		low, high := i%81, i/81
		vector := uint16(vectors[high])<<8 | uint16(vectors[low])
		if vector == points[l.heads[i].index()] {
			continue
		}
		for k, point := range points {
			distances[k] = halves[low][l.base3[point&255]] + halves[high][l.base3[point>>8]]
		}
		start := len(l.neighbours)
		l.neighbours = appendShells(l.neighbours, points, distances, shells)
		l.heads[i] = listHead(start, len(l.neighbours)-start)
	}
	l.neighbours = readable(l.neighbours)
}

func (l *lattice4) build(points []uint16, shells int) {
	var vectors [64]uint8 // of two digits
	for i := range vectors {
		vectors[i] = uint8(i)
	}
	halves := squareDistances(vectors[:], 3)
	for i, point := range points {
		l.heads[point] = pointHead(i)
	}
	distances := make([]uint8, len(points))
	for vector := range l.heads {
		if uint16(vector) == points[l.heads[vector].index()] {
			continue
		}
		for k, point := range points {
			distances[k] = halves[vector&63][point&63] + halves[vector>>6][point>>6]
		}
		start := len(l.neighbours)
		l.neighbours = appendShells(l.neighbours, points, distances, shells)
		l.heads[vector] = listHead(start, len(l.neighbours)-start)
	}
	l.neighbours = readable(l.neighbours)
}

// readable returns the lists without the room to grow, but for what kernels read beyond
// the last: they read 16 neighbours at a time.
func readable(lists []uint16) []uint16 {
	return append(make([]uint16, 0, len(lists)+16), lists...)
}

// squareDistances returns the squares of the distances between vectors of digits
// of so many bits. Twice the largest is 196.
func squareDistances(vectors []uint8, bits int) (squares [81][81]uint8) {
	for i, v := range vectors {
		for k, w := range vectors {
			for v, w := int(v), int(w); v != w; v, w = v>>bits, w>>bits {
				d := v&(1<<bits-1) - w&(1<<bits-1)
				squares[i][k] += uint8(d * d)
			}
		}
	}
	return squares
}

// appendShells appends the points at the smallest of the given distances to list.
func appendShells(list, points []uint16, distances []uint8, shells int) []uint16 {
	var occurs [256]bool
	for _, d := range distances {
		occurs[d] = true
	}
	for d := 0; d < len(occurs) && shells > 0; d++ {
		if !occurs[d] {
			continue
		}
		for k, point := range points {
			if int(distances[k]) == d {
				list = append(list, point)
			}
		}
		shells--
	}
	return list
}
