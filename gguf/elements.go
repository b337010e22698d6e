package gguf

// ArrayOf returns an array of the given elements. It fails with ErrType where
// one is not of type elem, and with ErrLayout where elem is [TypeArray] or none
// of the types.
func ArrayOf(elem ValueType, v []Value) (Value, error) {
	if !elem.Valid() || elem == TypeArray {
		return Value{}, unfit("no array has elements of type " + elem.String())
	}
	size := int64(0)
	for _, x := range v {
		if x.typ != elem {
			return Value{}, x.typeError(elem.String())
		}
		size += x.encodedSize()
	}
	encoded := make([]byte, 0, size)
	for _, x := range v {
		if elem != TypeString {
			encoded = x.appendScalar(encoded, le)
			continue
		}
		encoded = le.AppendUint64(encoded, uint64(len(x.text)))
		encoded = append(encoded, x.text...)
	}
	return newArray(elem, len(v), encoded), nil
}

// Elements returns the elements of an array of any type, each as a value of its
// own. It fails as [Value.Strings] does.
func (v Value) Elements() ([]Value, error) {
	switch {
	case v.typ != TypeArray:
		return nil, v.typeError("an array")
	case v.array.elem != TypeString:
		return elements(v.array, func(x Value) (Value, bool) { return x, true })
	}
	texts, err := v.Strings()
	if err != nil {
		return nil, err
	}
	out := make([]Value, len(texts))
	for i, s := range texts {
		out[i] = String(s)
	}
	return out, nil
}
