//go:build nibblesimd && !purego

package quantize

// The plain code looks at everything.

func finiteFloats([]float32) int          { return 0 }
func finiteBytes([]byte, floatFormat) int { return 0 }
