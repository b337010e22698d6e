// Package chat turns conversations into the prompts that instruct models
// expect, with the chat templates that the models are published with.
//
//	templates, err := chat.Open("path/to/model")
//	template, err := templates.Select("", in)
//	prompt, err := template.Render(ctx, in)
//	encoded, err := prompt.Encode(tok, true)
//
// A chat template is a program in the language of Jinja. It comes in
// tokenizer_config.json, in chat_template.jinja with its
// additional_chat_templates, in chat_template.json or in a GGUF file. A model
// without one is a base model, which continues text.
//
// # Exactness
//
// A prompt is that of Python's jinja2 3.1.2 in the environment of Hugging
// Face's transformers (apply_chat_template): what prints, which values are
// true, how dictionaries and floats are written, which white space tags take,
// what the sandbox refuses. Where Python raises an exception, Render returns an
// error. Where nibble differs on purpose, RATIONALE.md says so.
//
// # Terminology
//
//   - A conversation is a list of messages, each with a role, such as user, and
//     a content: a text or a list of parts. Messages, tools and documents are
//     JSON values, of which the template makes what it likes.
//   - A prompt is the text that the model reads. The generation prompt is its
//     end, which begins the answer.
//   - The origin of a byte of the prompt says whom it comes from: the template,
//     a message, the tools, the documents or an extra variable. A span is a
//     stretch of the prompt of one origin.
//   - Special tokens that the template spells are tokens. With the guard,
//     special tokens that anything else spells are text: nobody ends a turn by
//     writing the words for it.
//
// # Origins
//
// Every string keeps its origin through the operations of the template: its
// parts, its upper case, what it is joined to or put into. Where a list or a
// dictionary is printed or written as JSON, brackets and separators have the
// origin of the container. Numbers and booleans that are printed by themselves
// count as the template's, and so does the role of a message if it is a plain
// word: the application gives it, and some templates make special tokens of it,
// such as <|user|>.
//
// # Untrusted files
//
// Templates come from strangers. One reaches nothing but its input, and runs
// under [Limits] on steps, memory, depth and output; what goes wrong is an
// [Error] with name, line and column. [ParseInput] has limits of its own on
// conversations.
//
// Templates are safe for concurrent use.
package chat
