package chat

import (
	"slices"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// ParseArguments makes objects of those arguments of tool calls that are
// strings with a JSON object in them, and returns how many. OpenAI's API writes
// arguments as such strings; most templates want objects, which is what
// transformers is usually given. Other arguments stay as they are.
//
// It looks into the tool_calls of each message, for arguments of the call or of
// its function. Neither in.Messages nor the messages are changed in place: those
// with such arguments are copied.
func (in *Input) ParseArguments() int {
	messages := slices.Clone(in.Messages)
	parsed := 0
	for i, m := range messages {
		if !m.Has("tool_calls") {
			continue
		}
		m = m.Clone()
		n := 0
		calls, _ := m.Array("tool_calls")
		for _, v := range calls {
			call, _ := v.(*Object)
			if function, ok := call.Object("function"); ok {
				call = function
			}
			if arguments, ok := parseArguments(call); ok {
				call.Set("arguments", arguments)
				n++
			}
		}
		if n > 0 {
			messages[i] = m
			parsed += n
		}
	}
	in.Messages = messages
	return parsed
}

// parseArguments returns the object that the arguments of a call are a string
// of.
func parseArguments(call *Object) (*Object, bool) {
	text, ok := call.String("arguments")
	if !ok {
		return nil, false
	}
	arguments, err := jsonread.ParseObject([]byte(text), inputOptions)
	return arguments, err == nil
}
