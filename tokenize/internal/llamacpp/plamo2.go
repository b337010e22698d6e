package llamacpp

import (
	"math"
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// A plamo is an engine that cuts a text into the tokens with the highest sum of
// scores, going from its end to its front. What is no token becomes the tokens
// of its bytes.
//
// It walks an automaton whose states are what tokens end in: at each character
// the longest of them that the rest of the text starts with. The tokens that the
// rest starts with are found on the way to shorter and shorter ones.
type plamo struct {
	states []plamoState
	steps  map[plamoStep]uint32
	bytes  [256]uint32
}

type plamoState struct {
	shorter uint32 // the longest state that this one starts with
	score   int32
	id      uint32 // of the token that the state is, if the score is one
	size    uint32 // characters
}

// A plamoStep puts a character before a state.
type plamoStep struct {
	state uint32
	r     rune
}

const (
	noScore      = math.MinInt32 // of a state that is no token
	invalidScore = -20_000_000   // and below: of a token that text does not become
	unknownScore = -10_000_000   // of a character that is no token
)

// makePlamo makes the engine of a vocabulary of PLaMo 2.
func (l *loader) makePlamo() (*plamo, error) {
	v := l.v
	e := &plamo{states: []plamoState{{score: noScore}}, steps: make(map[plamoStep]uint32)}
	for b := range e.bytes {
		e.bytes[b] = none
	}
	for id, text := range v.texts {
		if l.given[id]&byteToken != 0 {
			if b, ok := byteOfToken(text); ok {
				e.bytes[b] = uint32(id)
			}
			continue
		}
		var score float32
		if l.c.Scores != nil {
			score = l.c.Scores[id]
		}
		if !e.insert(text, uint32(id), scaled(score)) {
			return nil, config.In("tokenizer.ggml.tokens", config.Unsupported("the tokens are too long together"))
		}
	}
	for b, id := range e.bytes {
		if id == none || id == 0 { // llama.cpp takes 0 for none
			return nil, config.In("tokenizer.ggml.tokens", config.Malformed("no token "+byteTokenText(byte(b))))
		}
	}
	e.link()
	return e, nil
}

// scaled returns a score as an integer, as llama.cpp has it.
func scaled(score float32) int32 {
	s := math.Round(float64(score) * 1e4)
	if math.IsNaN(s) || math.IsInf(s, 0) || s <= math.MinInt32 || s > math.MaxInt32 {
		return noScore
	}
	return int32(s)
}

// maxPlamoStates bounds the automaton, which takes some 50 bytes a state.
const maxPlamoStates = 1 << 20

// insert makes the states of a token, the last character first.
func (e *plamo) insert(text string, id uint32, score int32) bool {
	state := uint32(0)
	r := read(text)
	if len(r.changes) > 0 { // not what it seems, and nothing becomes it
		score = noScore
	}
	for i := len(r.text); i > 0; {
		start := i - 1
		for start > 0 && r.text[start]&0xc0 == 0x80 {
			start--
		}
		c, _ := decode(r.text, start)
		i = start
		step := plamoStep{state, c}
		next, ok := e.steps[step]
		if !ok {
			if len(e.states) >= maxPlamoStates {
				return false
			}
			next = uint32(len(e.states))
			e.states = append(e.states, plamoState{score: noScore, size: e.states[state].size + 1})
			e.steps[step] = next
		}
		state = next
	}
	e.states[state].score, e.states[state].id = score, id
	return true
}

// link finds the shorter state of each.
func (e *plamo) link() {
	// By size, the parent of each is done before it.
	parents := make([]plamoStep, len(e.states))
	bySize := make([][]uint32, 1)
	for step, state := range e.steps {
		parents[state] = step
		size := int(e.states[state].size)
		for len(bySize) <= size {
			bySize = append(bySize, nil)
		}
		bySize[size] = append(bySize[size], state)
	}
	for _, states := range bySize {
		for _, state := range states {
			if e.states[state].size > 1 {
				step := parents[state]
				e.states[state].shorter = e.before(e.states[step.state].shorter, step.r, noScore)
			}
		}
	}
}

// before returns the longest state that r makes with a state or a shorter one,
// down to one of the score last, unless that is noScore.
func (e *plamo) before(state uint32, r rune, last int32) uint32 {
	for {
		if next, ok := e.steps[plamoStep{state, r}]; ok {
			return next
		}
		if score := e.states[state].score; state == 0 || score == last && score != noScore {
			return 0
		}
		state = e.states[state].shorter
	}
}

// A plamoWay is the best way from a character to the end of the text, by its
// first token.
type plamoWay struct {
	cost int64
	id   uint32 // none: the character is unknown
	size uint32 // characters
}

// encode appends the tokens of s, from which it takes a byte order mark off.
func (e *plamo) encode(out *output, s string, _ bool) error {
	r := read(s)
	text := r.text
	starts := out.starts[:0] // of characters
	for i := 0; i < len(text); {
		c, size := decode(text, i)
		if i > 0 || c != 0xfeff {
			starts = append(starts, i)
		}
		i += size
	}
	n := len(starts)
	starts = append(starts, len(text))
	ways := slices.Grow(out.plamoWays[:0], n+1)[:n+1]
	out.starts, out.plamoWays = starts, ways
	ways[n] = plamoWay{}
	state := uint32(0)
	for i := n - 1; i >= 0; i-- {
		c, _ := decode(text, starts[i])
		// llama.cpp takes a token whose score is that of an unknown character for
		// the end of a list, and does not look past it.
		state = e.before(state, c, unknownScore)
		way := plamoWay{cost: math.MaxInt64}
		for at := state; ; at = e.states[at].shorter {
			st := e.states[at]
			if at == 0 {
				st = plamoState{score: unknownScore, id: none, size: 1}
			}
			if st.score > invalidScore {
				if cost := ways[i+int(st.size)].cost - int64(st.score); cost < way.cost {
					way = plamoWay{cost, st.id, st.size}
				}
			}
			if st.score == unknownScore {
				break
			}
		}
		ways[i] = way
	}
	from := len(out.tokens)
	for i := 0; i < n; i += int(ways[i].size) {
		start, end := starts[i], starts[i+int(ways[i].size)]
		if ways[i].id != none {
			out.add(ways[i].id, start, end)
			continue
		}
		for at, b := range []byte(text[start:end]) {
			if e.bytes[b] == none {
				return model.ErrNoUnknown
			}
			out.add(e.bytes[b], start+at, start+at+1)
		}
	}
	out.mapTokens(from, &r)
	out.word++
	return nil
}
