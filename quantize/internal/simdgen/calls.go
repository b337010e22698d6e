package main

// callsSection is the custom section of the kernels that has a second module: the same
// functions, each of which calls what stands at its index in a table, which is exported.
// Kernels need the guest's memory, so they come after it, and a guest needs what it
// imports before: a host in JavaScript gives it these, and fills the table when it has
// the kernels. So no call goes through JavaScript, which takes longer than some kernels.
const (
	callsSection = "calls"
	callsTable   = "kernels"
)

const (
	opCallIndirect = 0x11
	typeReference  = 0x70 // to a function
	kindTable      = 1
)

// calls returns the second module.
func (m *module) calls() []byte {
	var exports, codes [][]byte
	for i, f := range m.functions {
		call := &function{parameters: f.parameters}
		for p := range f.parameters {
			call.emit(call.parameter(p).number()...)
		}
		call.emit(integer(int32(i)).number()...)
		call.emit(opCallIndirect)
		call.emit(unsigned(m.typeOf(f))...)
		call.emit(0) // the table
		exports = append(exports, export(f.name, 0, i))
		codes = append(codes, call.bytes())
	}
	table := append([]byte{typeReference, 0}, unsigned(len(m.functions))...)
	return encode([]section{
		{sectionType, list(m.types())},
		{sectionFunction, list(m.typesOfFunctions())},
		{sectionTable, list([][]byte{table})},
		{sectionExport, list(append(exports, export(callsTable, kindTable, 0)))},
		{sectionCode, list(codes)},
	})
}
