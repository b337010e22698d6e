package decode

import "strings"

// A Stream decodes tokens one after the other. The texts that it returns,
// behind each other, are what Decode makes of all tokens. It must not be used
// by several goroutines at once.
//
// It never gives part of a character, as long as the tokens have none, and
// works for each token as long as that is. Only if [Stream.Final] is false may
// the text differ, and a token take as long as the few before it.
type Stream struct {
	decoder Decoder

	first stage
	sink  *sink

	window *window // if there are no stages
}

// NewStream returns a Stream of a decoder, which may be nil.
func NewStream(d Decoder) *Stream {
	s := &Stream{decoder: d}
	s.reset()
	return s
}

func (s *Stream) reset() {
	s.sink = &sink{}
	switch d := s.decoder.(type) {
	case nil:
		s.first = &spaceStage{next: s.sink}
	case decoder:
		s.first = d.stage(s.sink, false)
	}
	if s.first == nil {
		s.window = &window{decoder: s.decoder}
	}
}

// Final reports whether the text that the Stream gives is final.
func (s *Stream) Final() bool { return s.window == nil }

// Next takes a token and returns the text that has become final, often that of
// the token, sometimes none.
func (s *Stream) Next(token string) string {
	if s.window != nil {
		return s.window.next(token)
	}
	s.first.write(token)
	s.first.close()
	return s.take()
}

// Flush returns the rest of the text. The Stream starts again after it.
func (s *Stream) Flush() string {
	if s.window != nil {
		text := s.window.flush()
		s.reset()
		return text
	}
	s.first.finish()
	text := s.take()
	s.reset()
	return text
}

func (s *Stream) take() string {
	text := string(s.sink.text)
	s.sink.text = s.sink.text[:0]
	return text
}

// spaceStage joins tokens by spaces, as is done without a decoder.
type spaceStage struct {
	next   stage
	behind bool // a token
}

func (s *spaceStage) write(part string) {
	if s.behind {
		s.next.write(" ")
	}
	s.next.write(part)
}

func (s *spaceStage) close()  { s.behind = true }
func (s *spaceStage) finish() { s.next.finish() }

// window is how the reference decodes a stream: it decodes the tokens since
// the text before last was given, and gives what came in addition, unless that
// ends in U+FFFD, which may be a character to be completed.
type window struct {
	decoder Decoder
	tokens  []string
	text    string // of the first tokens, which was given
	given   int    // how many those are
}

// maxWait is how many tokens may go by without text, since all of them are
// decoded again with each. The reference has no such limit.
const maxWait = 256

func (w *window) next(token string) string {
	w.tokens = append(w.tokens, token)
	text := w.decode()
	if len(w.tokens) < w.given+maxWait && (len(text) <= len(w.text) || strings.HasSuffix(text, replacement)) {
		return ""
	}
	more := behind(text, w.text)
	w.tokens = append(w.tokens[:0], w.tokens[w.given:]...)
	w.text, w.given = w.decode(), len(w.tokens)
	return more
}

func (w *window) flush() string { return behind(w.decode(), w.text) }

func (w *window) decode() string { return strings.Join(w.decoder.Decode(w.tokens), "") }

// behind returns what is behind given in text. Where later tokens have changed
// what was given, the reference fails; here it stays, and the text goes on at
// that length.
func behind(text, given string) string {
	if rest, ok := strings.CutPrefix(text, given); ok {
		return rest
	}
	at := min(len(given), len(text))
	for at < len(text) && text[at]&0xC0 == 0x80 {
		at++
	}
	return text[at:]
}
