package wasm

// ChatOpenRequest reads the chat templates of a model. Blobs: the contents of
// Files, in their order; without blobs Files[0] is a path in the guest's file
// system.
type ChatOpenRequest struct {
	Files []string `json:"files"` // such as tokenizer_config.json, chat_template.jinja
}

// ChatOpenReply lists the templates.
type ChatOpenReply struct {
	Chat  int      `json:"chat"`  // handle
	Names []string `json:"names"` // the default one first
}

// ChatHandle names open templates.
type ChatHandle struct {
	Chat int `json:"chat"`
}

// ChatRenderRequest renders a conversation. Blob: JSON, either an array of
// messages or an object with messages, tools and whatever the template takes.
type ChatRenderRequest struct {
	Chat                int    `json:"chat"`
	Template            string `json:"template,omitempty"`  // ""; the default one
	Tokenizer           int    `json:"tokenizer,omitempty"` // handle, for ids; 0: none
	AddGenerationPrompt bool   `json:"addGenerationPrompt,omitempty"`
	Now                 int64  `json:"now,omitempty"` // seconds since 1970, for templates that ask for the date
}

// ChatRenderReply is a prompt.
//
// Blobs with a tokenizer: ids; starts and ends in UTF-16 units of the prompt
// (all uint32); flags, a byte each, as of TextEncodeReply.
type ChatRenderReply struct {
	Prompt string     `json:"prompt"`
	Spans  []ChatSpan `json:"spans"`
	// Guarded counts the special tokens that messages spell, which became plain
	// text.
	Guarded int `json:"guarded"`
}

// ChatSpan says where a stretch of a prompt comes from.
type ChatSpan struct {
	Start  int    `json:"start"` // in UTF-16 units
	End    int    `json:"end"`
	Origin string `json:"origin"` // template, or the path of the input, such as messages[0].content
}
