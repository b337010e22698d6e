package gguf

// ReaderOptions bounds and adjusts what a reader accepts. The zero value is a
// lenient reader with the limits given here.
type ReaderOptions struct {
	// Strict turns every [Warning] into an error: bytes behind the last
	// tensor, a missing padding at the end, names and keys outside of the
	// specification. A lenient reader accepts what llama.cpp accepts.
	Strict bool

	// HeaderOnly accepts a file that ends anywhere behind its tensor infos,
	// such as the first part of a download. Reading tensors that are not
	// there gives io.EOF.
	HeaderOnly bool

	// MaxStringBytes bounds a key, a tensor name and a string, on its own or
	// in an array. 0 means 16 MiB.
	MaxStringBytes int64

	// MaxTextBytes bounds all keys, names and strings together that are kept
	// in memory; strings in arrays are not. 0 means 32 MiB.
	MaxTextBytes int64

	// MaxKeys bounds the metadata. 0 means 2^20.
	MaxKeys int64

	// MaxTensors bounds the tensors. 0 means 2^20.
	MaxTensors int64

	// MaxAlignment bounds general.alignment. 0 means 1 MiB.
	MaxAlignment int64

	// MaxArrayLen bounds the arrays that Strings, Ints, Floats and Bools
	// bring into memory; longer ones can still be carried to another file. 0
	// means 2^22 elements.
	MaxArrayLen int

	// MaxArrayBytes is the same bound in bytes as the file has them. 0 means
	// 256 MiB.
	MaxArrayBytes int64
}

func (o ReaderOptions) withDefaults() ReaderOptions {
	setDefault(&o.MaxStringBytes, 16<<20)
	setDefault(&o.MaxTextBytes, 32<<20)
	setDefault(&o.MaxKeys, 1<<20)
	setDefault(&o.MaxTensors, 1<<20)
	setDefault(&o.MaxAlignment, 1<<20)
	setDefault(&o.MaxArrayLen, 1<<22)
	setDefault(&o.MaxArrayBytes, 256<<20)
	return o
}

func setDefault[T int | int64](v *T, value T) {
	if *v == 0 {
		*v = value
	}
}
