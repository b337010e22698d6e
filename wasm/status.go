package wasm

// A Status says how a call ended. All but StatusOK come with a Failure.
type Status uint32

// The statuses.
const (
	StatusOK          Status = 0
	StatusFormat      Status = 1 // an input is malformed
	StatusUnsupported Status = 2 // an input asks for what nibble does not do
	StatusUsage       Status = 3 // the request is wrong: an option, a handle, an op
	StatusLimit       Status = 4 // an input asks for more than it may, of time or of memory
	StatusInput       Status = 5 // a file could not be read
	StatusInternal    Status = 6 // a fault of nibble's; throw the guest away
	StatusElsewhere   Status = 7 // the small guest has no code for it, the whole one may
)

// A Failure is the reply to a call that did not end well.
type Failure struct {
	Message string `json:"message"` // one line, as the command line prints it
}
