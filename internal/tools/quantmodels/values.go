package quantmodels

import "hash/fnv"

// valuesOf returns n values for a tensor with rows of the given length. Most rows are bell-shaped noise, as weights
// are; others have an outlier, are half zero, all alike, or full of ties, where encoders have to decide. All of it is
// exact in float32, the same on every machine.
func valuesOf(name string, seed uint64, row, n int64) []float32 {
	seed += seedOf(name)
	values := make([]float32, n)
	for i := range values {
		b := bell(seed, uint64(i))
		column := int64(i) % row
		switch splitmix(seed+uint64(int64(i)/row)) % 12 {
		case 0:
			if column%97 == 0 {
				b *= 32
			}
		case 1:
			if column/64%2 == 0 {
				b = 0
			}
		case 2:
			b = float32(int(seed%7)-3) / 8
		case 3:
			b = float32(int(hash(seed, uint64(i))%31)-15) / 2
		case 4:
			b += 0.5
		}
		values[i] = b
	}
	return values
}

// bell returns the i-th value of noise between about -0.06 and 0.06: the sum of four uniform numbers.
func bell(seed, i uint64) float32 {
	h := hash(seed, i)
	sum := int(h&0xffff) + int(h>>16&0xffff) + int(h>>32&0xffff) + int(h>>48)
	return float32(sum-2*0xffff) / (1 << 21)
}

func hash(seed, i uint64) uint64 { return splitmix(seed*0x100000001b3 + i) }

func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func seedOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}
