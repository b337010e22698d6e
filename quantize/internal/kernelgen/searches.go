package main

// searches makes the kernels around the searches of scales.
func (m *machine) searches() {
	if !m.wide {
		// Of no use to wider registers.
		m.transpose()
	}
	m.positiveErrors()
	m.weights()
	m.minSearches()
	m.symmetricSearch()
	m.descentSearches()
	m.defineCodebook()
	m.codebookSearch()
	m.picks()
	m.requantize()
}
