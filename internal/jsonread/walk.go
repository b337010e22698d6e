package jsonread

// ReadObject reads an object. It calls member for each of its keys, which must
// read the value and nothing else. An error that member returns is located at
// that value.
func (d *Decoder) ReadObject(member func(key string) error) error {
	var seen keySet
	return d.ReadTable(func(key string) error {
		if !seen.add(key) {
			return DuplicateKey(key)
		}
		if seen.len() > d.opts.MaxValues {
			return d.tooMany()
		}
		return member(key)
	})
}

// DuplicateKey returns the error for a key that appears twice. It wraps
// [ErrDuplicate].
func DuplicateKey(key string) error { return &detail{ErrDuplicate, quote(key)} }

// ReadTable is ReadObject for an object of many members that the caller keeps
// in a map of its own: it does not look for duplicate keys, since the caller
// can, at no cost. Such a caller returns [DuplicateKey] from member.
func (d *Decoder) ReadTable(member func(key string) error) error {
	if err := d.enter(KindObject); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := d.more('}', first)
		if err != nil || !more {
			return err
		}
		if d.buf[d.pos] != '"' {
			return d.unexpected("a key")
		}
		text, err := d.readText()
		if err != nil {
			return err
		}
		key := d.key(text)
		if c, err := d.next(); err != nil {
			return err
		} else if c != ':' {
			return d.unexpected("':'")
		}
		d.pos++
		if _, err := d.next(); err != nil {
			return err
		}
		at := d.here()
		if err := member(key); err != nil {
			return d.within(at, memberPath(key), err)
		}
	}
}

// key returns text as a string. Short keys come from a cache, since an array of
// objects repeats them.
func (d *Decoder) key(text []byte) string {
	n := len(text)
	if n == 0 || n > 16 {
		return string(text)
	}
	cached := &d.keys[(uint(n)*31+uint(text[0])*7+uint(text[n-1]))%uint(len(d.keys))]
	if *cached != string(text) {
		*cached = string(text)
	}
	return *cached
}

// ReadArray reads an array. It calls element with 0, 1, ... for each of its
// elements, which must read that and nothing else. An error that element
// returns is located there.
func (d *Decoder) ReadArray(element func(i int) error) error {
	if err := d.enter(KindArray); err != nil {
		return err
	}
	for i := 0; ; i++ {
		more, err := d.more(']', i == 0)
		if err != nil || !more {
			return err
		}
		at := d.here()
		if err := element(i); err != nil {
			return d.within(at, elementPath(i), err)
		}
	}
}

// enter moves into the array or object that comes next.
func (d *Decoder) enter(kind Kind) error {
	if err := d.expect(kind); err != nil {
		return err
	}
	if d.depth >= d.opts.MaxDepth {
		return d.fail(ErrDepth)
	}
	d.depth++
	d.pos++
	return nil
}

// more moves to the next member or element and reports whether there is one;
// if not, it moves behind the closing bracket.
func (d *Decoder) more(closing byte, first bool) (bool, error) {
	c, err := d.next()
	if err != nil {
		return false, err
	}
	if c == closing {
		d.pos++
		d.depth--
		return false, nil
	}
	if first {
		return true, nil
	}
	if c != ',' {
		return false, d.unexpected("',' or '" + string(closing) + "'")
	}
	d.pos++
	c, err = d.next()
	if err == nil && c == closing {
		err = d.unexpected("a value behind the comma")
	}
	return true, err
}

// Skip reads the next value, of any kind, and drops it. It is as strict as
// the other methods.
func (d *Decoder) Skip() error {
	kind, err := d.Kind()
	if err != nil {
		return err
	}
	switch kind {
	case KindObject:
		return d.ReadObject(func(string) error { return d.Skip() })
	case KindArray:
		return d.ReadArray(func(int) error { return d.Skip() })
	case KindString:
		_, err = d.readText()
	case KindNumber:
		_, err = d.readNumber()
	case KindBool:
		_, err = d.ReadBool()
	case KindNull:
		err = d.readWord("null")
	}
	return err
}

// keySet are the keys of one object: a list while they are few.
type keySet struct {
	few  []string
	many map[string]struct{}
}

func (s *keySet) len() int { return max(len(s.few), len(s.many)) }

// add reports whether key is new.
func (s *keySet) add(key string) bool {
	if s.many == nil {
		for _, k := range s.few {
			if k == key {
				return false
			}
		}
		if s.few = append(s.few, key); len(s.few) > indexAbove {
			s.many = make(map[string]struct{}, 2*len(s.few))
			for _, k := range s.few {
				s.many[k] = struct{}{}
			}
		}
		return true
	}
	if _, ok := s.many[key]; ok {
		return false
	}
	s.many[key] = struct{}{}
	return true
}
