package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/text"

// A splitter makes pieces of a text from the matches in it.
type splitter struct {
	cut      cutter
	behavior Behavior
	invert   bool
	emit     func(text.Text) error

	end     int  // of the last match
	matched bool // whether the last span was a match

	// The piece that the next span may become part of.
	from, to int
	pending  bool
}

// match takes the next match, which may be empty.
func (p *splitter) match(start, end int) error {
	if p.end < start {
		if err := p.span(p.end, start, p.invert); err != nil {
			return err
		}
	}
	p.end = end
	return p.span(start, end, !p.invert)
}

// finish must be called when there are no more matches.
func (p *splitter) finish() error {
	if n := len(p.cut.s); p.end < n {
		if err := p.span(p.end, n, p.invert); err != nil {
			return err
		}
	}
	return p.flush()
}

// span takes the next stretch of the text. Where matches merge with the next
// span, a match waits for it; otherwise a piece waits for matches. An empty
// match counts as others do, but is never a piece by itself.
func (p *splitter) span(start, end int, match bool) error {
	var merge bool
	switch p.behavior {
	case Removed:
		if match {
			return nil
		}
		return p.piece(start, end)
	case Isolated:
		return p.piece(start, end)
	case MergedWithPrevious:
		merge = match && !p.matched
	case MergedWithNext:
		merge = !match && p.matched
	case Contiguous:
		merge = match == p.matched
	}
	p.matched = match
	if merge && p.pending {
		p.to = end
		return nil
	}
	err := p.flush()
	p.from, p.to, p.pending = start, end, true
	return err
}

func (p *splitter) flush() error {
	if !p.pending {
		return nil
	}
	p.pending = false
	return p.piece(p.from, p.to)
}

func (p *splitter) piece(start, end int) error {
	if start == end {
		return nil
	}
	return p.emit(p.cut.slice(start, end))
}
