//go:build !(amd64 || arm64)

package quantize

// hostedKernels returns none: wazero would only interpret them.
func hostedKernels() []*kernels { return nil }
