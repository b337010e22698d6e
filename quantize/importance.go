package quantize

// importanceWeights sets w to the weights of the errors of x: the importance of
// a column times the magnitude of its value, kept up by base so that small
// values count too. base is a multiple of the mean square around x; the formats
// differ in which. A negative zero is the importance zero.
func importanceWeights(w, x, importance []float32, base float32) {
	w, importance = w[:len(x)], importance[:len(x)]
	for i, f := range x {
		w[i] = magnitude(importance[i]) * sqrt(float32(base)+float32(f*f))
	}
}

// squareWeights sets w to the squares of x, the weights where there is no
// importance.
func squareWeights(w, x []float32) {
	w = w[:len(x)]
	for i, f := range x {
		w[i] = f * f
	}
}
