package main

// copies makes the kernel that copies floats as they are: Go copies those of different
// types one by one. It takes dst, src and n.
func (m *module) copies() {
	f := m.function("copyFloats", 3)
	f.copyBytes(f.parameter(0), f.parameter(1), shiftLeft(f.parameter(2), integer(2)))
}
