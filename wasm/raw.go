package wasm

// Raw is a JSON value whose shape belongs to another package: that of the Go
// type in the field's tag. Replies have such values, requests do not.
type Raw []byte
