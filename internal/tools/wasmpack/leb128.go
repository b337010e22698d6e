package wasmpack

import "errors"

// errShort is met where the module ends before what it announces.
var errShort = errors.New("unexpected end")

var errNumber = errors.New("number of too many bytes")

// reader reads the binary format of WebAssembly. Its first error stays, and everything it reads after that is zero.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.data = nil
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.data)) {
		r.fail(errShort)
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// uint reads an unsigned LEB128 number of 32 bits.
func (r *reader) uint() uint32 {
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		if shift == 28 && b > 0x0f {
			break
		}
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.fail(errNumber)
	return 0
}

// int reads a signed LEB128 number of 32 bits.
func (r *reader) int() int32 {
	var v int64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b >= 0x80 {
			continue
		}
		if b&0x40 != 0 {
			v -= 1 << (shift + 7)
		}
		if v != int64(int32(v)) {
			break
		}
		return int32(v)
	}
	r.fail(errNumber)
	return 0
}

// name reads a string that is preceded by its length.
func (r *reader) name() string { return string(r.bytes(r.uint())) }

func appendUint(b []byte, v uint32) []byte {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

func appendInt(b []byte, v int32) []byte {
	for ; v < -0x40 || v >= 0x40; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v)&0x7f)
}
