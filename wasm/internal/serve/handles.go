package serve

import "strconv"

// Handles are what a guest keeps of one kind. The zero value keeps nothing.
type Handles[T any] struct {
	kept map[int]T
	last int
}

// Keep returns a new handle of a value.
func (h *Handles[T]) Keep(value T) int {
	if h.kept == nil {
		h.kept = map[int]T{}
	}
	h.last++
	h.kept[h.last] = value
	return h.last
}

// Get returns the value of a handle. The error wraps ErrUsage.
func (h *Handles[T]) Get(handle int) (T, error) {
	value, ok := h.kept[handle]
	if !ok {
		return value, Usage("no handle " + strconv.Itoa(handle))
	}
	return value, nil
}

// Drop forgets a handle and returns its value.
func (h *Handles[T]) Drop(handle int) (T, error) {
	value, err := h.Get(handle)
	delete(h.kept, handle)
	return value, err
}
