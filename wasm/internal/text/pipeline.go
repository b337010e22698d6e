package text

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/wasm"
)

// maxExplained bounds the text whose way is shown.
const maxExplained = 64 << 10

func (r *Room) pipeline(q *wasm.TextPipelineRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	head := firstBytes(text, maxExplained)
	x, err := t.Explain(head, options(q.Options))
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextPipelineReply{IDs: x.Encoding.IDs, Tokens: x.Encoding.Tokens, Truncated: len(head) < len(text)}
	for _, s := range x.Segments {
		segment := wasm.TextSegment{Text: head[s.Span.Start:s.Span.End], Added: s.Added, Normalized: s.Normalized}
		for _, p := range s.Pieces {
			segment.Pieces = append(segment.Pieces, wasm.TextPiece{
				Text: p.Text, Start: p.Span.Start, End: p.Span.End, IDs: p.IDs, Tokens: p.Tokens,
			})
		}
		reply.Segments = append(reply.Segments, segment)
	}
	return reply, nil, nil
}

// firstBytes returns the first most bytes of a text, or a few less so that no
// character is cut.
func firstBytes(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
