package safetensors

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
)

// A TensorInfo is a tensor to be written.
type TensorInfo struct {
	Name  string
	DType DType
	Shape []int64 // row-major
}

// A Layout is the plan of a file: all that is known before its data.
type Layout struct {
	// Header is what stands before the data section.
	Header []byte

	// Tensors are in the order of their data, which starts behind the header
	// and has no gaps.
	Tensors []PlacedTensor

	// Size is that of the whole file.
	Size int64
}

// A PlacedTensor is a tensor with its place in the file.
type PlacedTensor struct {
	TensorInfo
	Index      int   // of the tensor in the list that NewLayout was given
	FileOffset int64 // where its bytes start
	Size       int64 // of them
}

// NewLayout lays out a file as the reference implementation does: by
// decreasing alignment of the types (see [DType]), then by name; metadata by
// key; the header padded with spaces to a multiple of eight bytes. The error
// wraps [ErrLayout].
func NewLayout(tensors []TensorInfo, metadata map[string]string) (*Layout, error) {
	placed := make([]PlacedTensor, len(tensors))
	for i, t := range tensors {
		if err := checkTensor(t); err != nil {
			return nil, err
		}
		placed[i] = PlacedTensor{TensorInfo: t, Index: i}
		placed[i].Size, _ = byteSize(t.DType, t.Shape)
	}
	slices.SortFunc(placed, func(a, b PlacedTensor) int {
		return cmp.Or(cmp.Compare(b.DType, a.DType), cmp.Compare(a.Name, b.Name))
	})
	l := &Layout{Tensors: placed}
	var err error
	if l.Header, err = appendHeader(placed, metadata); err != nil {
		return nil, err
	}
	l.Size = int64(len(l.Header))
	for i := range placed {
		placed[i].FileOffset = l.Size
		if l.Size += placed[i].Size; l.Size < 0 {
			return nil, unfit("more than 2^63 bytes")
		}
	}
	return l, nil
}

// checkTensor checks what does not depend on other tensors.
func checkTensor(t TensorInfo) error {
	var wrong string
	switch {
	case t.Name == metadataName:
		wrong = "the name is the metadata's"
	case !utf8.ValidString(t.Name) || strings.Contains(t.Name, "\x00"):
		wrong = "the name is not UTF-8 without NUL"
	case t.DType.Bits() == 0:
		wrong = "invalid DType"
	case len(t.Shape) > maxDims:
		wrong = "more than " + decimal(maxDims) + " dimensions"
	default:
		_, wrong = byteSize(t.DType, t.Shape)
	}
	if wrong == "" {
		return nil
	}
	return fault.At(tensorPath(t.Name), unfit(wrong))
}

// appendHeader returns the header with its length before it.
func appendHeader(placed []PlacedTensor, metadata map[string]string) ([]byte, error) {
	h := append(make([]byte, lengthBytes), '{')
	if metadata != nil {
		h = append(appendQuoted(h, metadataName), ":{"...)
		for i, key := range slices.Sorted(maps.Keys(metadata)) {
			if !utf8.ValidString(key) || !utf8.ValidString(metadata[key]) {
				return nil, fault.At(metadataName, unfit(fault.Quote(key)+" is not UTF-8"))
			}
			if i > 0 {
				h = append(h, ',')
			}
			h = append(appendQuoted(h, key), ':')
			h = appendQuoted(h, metadata[key])
		}
		h = append(h, "},"...)
	}
	seen := make(map[string]struct{}, len(placed))
	offset := int64(0)
	for _, t := range placed {
		if _, ok := seen[t.Name]; ok {
			return nil, fault.At(tensorPath(t.Name), unfit("duplicate name"))
		}
		seen[t.Name] = struct{}{}
		h = appendEntry(h, t, offset)
		offset += t.Size
		if len(h) > maxHeader {
			break
		}
	}
	if h[len(h)-1] == ',' {
		h = h[:len(h)-1]
	}
	h = append(h, '}')
	for len(h)%8 != 0 {
		h = append(h, ' ')
	}
	n := len(h) - lengthBytes
	if n > maxHeader {
		return nil, unfit("header of more than 100,000,000 bytes")
	}
	binary.LittleEndian.PutUint64(h, uint64(n))
	return h, nil
}

// appendEntry appends a tensor's member of the header, and a comma.
func appendEntry(h []byte, t PlacedTensor, offset int64) []byte {
	h = append(appendQuoted(h, t.Name), `:{"dtype":"`...)
	h = append(h, t.DType.String()...)
	h = append(h, `","shape":[`...)
	for i, n := range t.Shape {
		if i > 0 {
			h = append(h, ',')
		}
		h = strconv.AppendInt(h, n, 10)
	}
	h = append(h, `],"data_offsets":[`...)
	h = strconv.AppendInt(h, offset, 10)
	h = append(h, ',')
	h = strconv.AppendInt(h, offset+t.Size, 10)
	return append(h, "]},"...)
}

// appendQuoted appends s as a JSON string, with the escapes that the reference
// implementation uses.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\f':
			b = append(b, `\f`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}
