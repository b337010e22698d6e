package main

// searches makes the kernels around the searches of scales.
func (m *machine) searches() {
	if !m.wide {
		m.transpose() // of no use to wider registers
	}
	m.weights()
	m.minSearches()
	m.symmetricSearch()
	m.descentSearches()
	m.defineCodebook()
	m.codebookSearch()
	m.picks()
	m.requantize()
}
