package edit

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// SwapOrder plans f in the other byte order, header and tensors. Swapped twice,
// a file has the bytes that it had, if it was written as this module writes.
//
// A machine reads files in its own order only. Which numbers of a block have an
// order follows from how ggml reads them; gguf-py's gguf_convert_endian.py does
// the same for the types that it knows. This package's sibling quantize, which
// reads little-endian tensors only, refuses what comes out.
func SwapOrder(f *gguf.File) (*Plan, error) {
	p, err := newPlan(f, f.Metadata, f.Tensors)
	if err != nil {
		return nil, err
	}
	p.swaps = true
	if f.ByteOrder == binary.LittleEndian {
		return p, p.setOrder(binary.BigEndian)
	}
	return p, p.setOrder(binary.LittleEndian)
}

// swapBlocks reverses the numbers in whole blocks of type t.
func swapBlocks(t quantize.Type, data []byte) {
	size := t.BlockBytes()
	for _, n := range byteMaps[t] {
		every := max(n.every, n.width)
		for block := n.at; block < len(data); block += size {
			for i := range n.count {
				at := block + i*every
				slices.Reverse(data[at : at+n.width])
			}
		}
	}
}

// A swapper reads tensors with their numbers reversed. Its buffer serves one
// tensor after the other.
type swapper struct {
	typ  quantize.Type
	from io.Reader
	buf  []byte
	have []byte // swapped and not yet read
}

// reader returns a reader of t, valid until the next call.
func (s *swapper) reader(t *gguf.Tensor) (io.Reader, error) {
	if _, ok := byteMaps[t.Type]; !ok {
		return nil, fmt.Errorf("tensor %q: %w: type %s has no known byte order", t.Name, quantize.ErrUnsupported, t.Type)
	}
	if s.buf == nil {
		s.buf = make([]byte, pieceBytes)
	}
	s.typ, s.from, s.have = t.Type, t.Open(), nil
	return s, nil
}

func (s *swapper) Read(p []byte) (int, error) {
	if len(s.have) == 0 {
		whole := s.buf[:len(s.buf)/s.typ.BlockBytes()*s.typ.BlockBytes()]
		n, err := io.ReadFull(s.from, whole)
		if err == io.ErrUnexpectedEOF && n%s.typ.BlockBytes() == 0 {
			err = nil // the end of the tensor
		}
		if err != nil {
			return 0, err
		}
		s.have = whole[:n]
		swapBlocks(s.typ, s.have)
	}
	n := copy(p, s.have)
	s.have = s.have[n:]
	return n, nil
}
