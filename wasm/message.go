package wasm

import (
	"encoding/binary"
	"errors"
	"slices"
)

// partAlignment is what parts of a message start at a multiple of, so that
// blobs of numbers can be used where they are.
const partAlignment = 8

// MaxParts bounds the parts of a message: the largest have those of a batch of
// texts. One of more cannot be parsed, so whoever sends it has to refuse.
const MaxParts = 1 << 17

// ErrMessage reports bytes that are no message.
var ErrMessage = errors.New("malformed message")

// AppendMessage appends a message to dst, which must be empty or end at a
// multiple of 8: the number of parts and their lengths, each a uint32, and the
// parts with zeros between them so that each starts at a multiple of 8. There
// are no more than [MaxParts] of them.
func AppendMessage(dst []byte, parts ...[]byte) []byte {
	size := 4 + 4*len(parts)
	for _, part := range parts {
		size += partAlignment - 1 + len(part)
	}
	dst = slices.Grow(dst, size)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(parts)))
	for _, part := range parts {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(part)))
	}
	for _, part := range parts {
		dst = append(padded(dst), part...)
	}
	return dst
}

func padded(b []byte) []byte {
	var zeros [partAlignment]byte
	return append(b, zeros[:-len(b)&(partAlignment-1)]...)
}

// ParseMessage returns the parts of a message, which are slices of data.
func ParseMessage(data []byte) (parts [][]byte, err error) {
	if len(data) < 4 {
		return nil, ErrMessage
	}
	count := int64(binary.LittleEndian.Uint32(data))
	at := 4 + 4*count
	if count == 0 || count > MaxParts || at > int64(len(data)) {
		return nil, ErrMessage
	}
	lengths := data[4:at]
	for range count {
		length := int64(binary.LittleEndian.Uint32(lengths))
		lengths = lengths[4:]
		at += -at & (partAlignment - 1)
		if at+length > int64(len(data)) {
			return nil, ErrMessage
		}
		parts = append(parts, data[at:at+length:at+length])
		at += length
	}
	return parts, nil
}
