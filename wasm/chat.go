package wasm

// ChatOpenRequest reads the chat templates of a model. Blobs: the contents of
// Files, in their order: files of a model directory, any file that ends in .jinja
// or a GGUF file. Without blobs Files[0] is a path in the guest's file system, of
// one of these or of a directory.
type ChatOpenRequest struct {
	Files []string `json:"files"` // such as tokenizer_config.json, chat_template.jinja
}

// ChatOpenReply lists the templates.
type ChatOpenReply struct {
	Chat  int      `json:"chat"`  // handle
	Names []string `json:"names"` // the default one first
	File  string   `json:"file"`  // that they come from
}

// ChatHandle names open templates.
type ChatHandle struct {
	Chat int `json:"chat"`
}

// ChatRenderRequest renders a conversation. Blob: JSON, either an array of
// messages or an object with messages, tools and whatever the template takes.
type ChatRenderRequest struct {
	Chat      int    `json:"chat"`
	Template  string `json:"template,omitempty"`  // "": tool_use where there are tools and it, or else default
	Tokenizer int    `json:"tokenizer,omitempty"` // handle, for ids; 0: none

	// AddGenerationPrompt and NoGenerationPrompt say whether the prompt ends with
	// the beginning of an answer. With neither of them the conversation says it
	// or else the role of its last message: all but the assistant's are answered.
	AddGenerationPrompt bool `json:"addGenerationPrompt,omitempty"`
	NoGenerationPrompt  bool `json:"noGenerationPrompt,omitempty"`

	ParseArguments bool `json:"parseArguments,omitempty"` // arguments of tool calls that are strings become objects
	NoGuard        bool `json:"noGuard,omitempty"`        // special tokens that messages spell become tokens

	Now int64 `json:"now,omitempty"` // seconds since 1970, for templates that ask for the date; 0: the clock
}

// ChatRenderReply is a prompt.
//
// Blobs with a tokenizer: ids; starts and ends in UTF-16 units of the prompt
// (all uint32); flags, a byte each, as of TextEncodeReply.
type ChatRenderReply struct {
	Prompt string     `json:"prompt"`
	Spans  []ChatSpan `json:"spans"` // without gaps
	// Guarded counts, with a tokenizer, the special tokens that something else
	// than the template spells: plain text, unless NoGuard is set.
	Guarded int `json:"guarded"`
}

// ChatSpan says where a stretch of a prompt comes from.
type ChatSpan struct {
	Start   int    `json:"start"` // in UTF-16 units
	End     int    `json:"end"`
	Origin  string `json:"origin"`  // template, tools, documents, extra or message
	Message int    `json:"message"` // index of the message; -1: it is none
	Role    string `json:"role"`    // of the message
}
