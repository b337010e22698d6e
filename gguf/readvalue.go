package gguf

// readValue reads a type and a value.
func (p *parser) readValue() (Value, error) {
	at := p.Pos()
	t, err := p.valueType()
	if err != nil {
		return Value{}, p.fail(at, ".type", err)
	}
	switch t {
	case TypeString:
		s, err := p.string()
		return String(s), err
	case TypeArray:
		return p.readArray()
	}
	at = p.Pos()
	v, err := readScalar(p.Reader, t)
	if err != nil {
		return Value{}, err
	}
	if t == TypeBool && v.bits > 1 {
		return Value{}, p.fail(at, "", malformed("bool is "+unsignedDecimal(v.bits)+", neither 0 nor 1"))
	}
	return v, nil
}

func (p *parser) valueType() (ValueType, error) {
	n, err := p.Uint32()
	if err != nil {
		return 0, err
	}
	if t := ValueType(n); t.Valid() {
		return t, nil
	}
	return 0, malformed("there is no value type " + decimal(n))
}

// readArray checks an array and leaves its elements in the file.
func (p *parser) readArray() (Value, error) {
	at := p.Pos()
	elem, err := p.valueType()
	if err != nil {
		return Value{}, p.fail(at, ".element type", err)
	}
	if elem == TypeArray {
		return Value{}, p.fail(at, ".element type", unsupported("arrays in arrays are not known to any reader"))
	}
	at = p.Pos()
	n, err := p.Uint64()
	if err != nil {
		return Value{}, p.fail(at, ".length", err)
	}
	least := elem.size()
	if elem == TypeString {
		least = 8
	}
	switch {
	case n > uint64(p.Remaining()/least):
		return Value{}, p.fail(at, ".length", truncated(unsignedDecimal(n)+" elements do not fit into the "+decimal(p.Remaining())+" bytes that remain"))
	case n > maxArrayElements:
		return Value{}, p.fail(at, ".length", unsupported(unsignedDecimal(n)+" elements are more than 2^30"))
	}
	a := &array{
		elem: elem, n: int(n), src: p.src, off: p.Pos(), order: p.file.ByteOrder,
		limit: arrayLimit{p.opts.MaxArrayLen, p.opts.MaxArrayBytes},
	}
	switch elem {
	case TypeString:
		err = p.walkStrings(a.n)
	case TypeBool:
		err = p.walkBools(int64(n))
	default:
		err = p.Skip(int64(n) * elem.size())
	}
	if err != nil {
		return Value{}, err
	}
	a.size = p.Pos() - a.off
	return Value{typ: TypeArray, array: a}, nil
}

// walkStrings checks the lengths of n strings without keeping them.
func (p *parser) walkStrings(n int) error {
	passed, err := p.SkipStrings(n, p.opts.MaxStringBytes)
	if err == nil && passed < n {
		at := p.Pos()
		_, err = p.stringLen() // says what is wrong with the next one
		return p.fail(at, "["+decimal(passed)+"]", err)
	}
	if err != nil {
		return p.fail(p.Pos(), "["+decimal(passed)+"]", err)
	}
	return nil
}

// walkBools checks that n bytes are 0 or 1.
func (p *parser) walkBools(n int64) error {
	for left := n; left > 0; {
		at := p.Pos()
		b, err := p.Window(left)
		if err != nil {
			return p.fail(at, "", err)
		}
		for i, v := range b {
			if v > 1 {
				return p.fail(at+int64(i), "["+decimal(n-left+int64(i))+"]", malformed("bool is "+decimal(v)+", neither 0 nor 1"))
			}
		}
		left -= int64(len(b))
	}
	return nil
}
