package jsonread

import "strconv"

// Parse returns the value that data holds.
func Parse(data []byte, opts Options) (Value, error) {
	d := newDecoder(opts)
	d.buf = data
	if n := d.opts.MaxBytes; n > 0 && int64(len(data)) > n {
		return nil, d.fail(&detail{ErrSize, "more than " + strconv.FormatInt(n, 10) + " bytes"})
	}
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	return v, d.End()
}

// ParseObject returns the object that data holds.
func ParseObject(data []byte, opts Options) (*Object, error) {
	d := newDecoder(opts)
	d.buf = data
	if err := d.expect(KindObject); err != nil {
		return nil, err
	}
	v, err := Parse(data, opts)
	if err != nil {
		return nil, err
	}
	return v.(*Object), nil
}

// ReadValue reads the next value, whatever it is, with all that stands in it.
func (d *Decoder) ReadValue() (Value, error) {
	d.values = 0
	return d.readValue()
}

func (d *Decoder) readValue() (Value, error) {
	kind, err := d.Kind()
	if err != nil {
		return nil, err
	}
	if d.values++; d.values > d.opts.MaxValues {
		return nil, d.tooMany()
	}
	switch kind {
	case KindObject:
		return d.readMembers()
	case KindArray:
		return d.readElements()
	case KindString:
		return result(d.ReadString())
	case KindNumber:
		return result(d.ReadNumber())
	case KindBool:
		return result(d.ReadBool())
	}
	return nil, d.readWord("null")
}

func (d *Decoder) tooMany() error {
	return d.fail(&detail{ErrSize, "more than " + strconv.Itoa(d.opts.MaxValues) + " values"})
}

// result returns v as a Value, or the error without one.
func result[T any](v T, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (d *Decoder) readMembers() (Value, error) {
	o := &Object{}
	err := d.ReadTable(func(key string) error {
		if o.Has(key) {
			return DuplicateKey(key)
		}
		v, err := d.readValue()
		o.Set(key, v)
		return err
	})
	return result(o, err)
}

func (d *Decoder) readElements() (Value, error) {
	a := Array{}
	err := d.ReadArray(func(int) error {
		v, err := d.readValue()
		a = append(a, v)
		return err
	})
	return result(a, err)
}
