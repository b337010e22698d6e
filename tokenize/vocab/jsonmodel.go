package vocab

import (
	"bytes"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// modelReader is the model of a tokenizer.json on its way in.
type modelReader struct {
	d   *jsonread.Decoder
	out *Model

	index   *textIndex      // of Tokens; nil before vocab
	ids     bitset          // ids of the tokens
	asTable bool            // vocab was an object, not a list
	given   map[string]bool // the members that were there

	// Merges are resolved as they are read, which gives errors their place. If
	// the vocabulary or the prefix comes behind them, that has to wait.
	waiting [][2]string
	prefix  int // bytes of the prefix that the merges were resolved with
}

func (m *modelReader) read() error {
	m.out.MaxInputCharsPerWord = 100
	m.given = make(map[string]bool)
	err := m.d.ReadObject(func(key string) error {
		m.given[key] = true
		return m.readMember(key)
	})
	if err != nil {
		return err
	}
	if err := m.settleType(); err != nil {
		return err
	}
	if m.out.UnkID != nil && *m.out.UnkID >= len(m.out.Tokens) {
		return malformed("unk_id is " + decimal(int64(*m.out.UnkID)) + ", there are " + decimal(int64(len(m.out.Tokens))) + " tokens")
	}
	return m.settleMerges()
}

func (m *modelReader) readMember(key string) (err error) {
	o := &m.out.Options
	switch key {
	case "type":
		var name string
		name, err = m.d.ReadString()
		m.out.Type = ModelType(name)
	case "vocab":
		err = m.readVocab()
	case "merges":
		err = m.readMerges()
	case "unk_token":
		o.UnkToken, err = orNull(m.d, (*jsonread.Decoder).ReadString)
	case "continuing_subword_prefix":
		o.ContinuingSubwordPrefix, err = orNull(m.d, (*jsonread.Decoder).ReadString)
	case "end_of_word_suffix":
		o.EndOfWordSuffix, err = orNull(m.d, (*jsonread.Decoder).ReadString)
	case "unk_id":
		o.UnkID, err = orNull(m.d, readID)
	case "max_input_chars_per_word":
		err = setUnlessNull(m.d, &o.MaxInputCharsPerWord, readID)
	case "dropout":
		err = setUnlessNull(m.d, &o.Dropout, readDropout)
	case "fuse_unk":
		err = setUnlessNull(m.d, &o.FuseUnk, (*jsonread.Decoder).ReadBool)
	case "byte_fallback":
		err = setUnlessNull(m.d, &o.ByteFallback, (*jsonread.Decoder).ReadBool)
	case "ignore_merges":
		err = setUnlessNull(m.d, &o.IgnoreMerges, (*jsonread.Decoder).ReadBool)
	default:
		err = m.d.Skip()
	}
	return err
}

// orNull reads a value, or null as nil.
func orNull[T any](d *jsonread.Decoder, read func(*jsonread.Decoder) (T, error)) (*T, error) {
	if null, err := d.ReadNull(); null || err != nil {
		return nil, err
	}
	v, err := read(d)
	return &v, err
}

// setUnlessNull reads a value; null leaves to as it is.
func setUnlessNull[T any](d *jsonread.Decoder, to *T, read func(*jsonread.Decoder) (T, error)) error {
	v, err := orNull(d, read)
	if v != nil {
		*to = *v
	}
	return err
}

func readDropout(d *jsonread.Decoder) (float64, error) {
	p, err := d.ReadFloat()
	if err == nil && !(0 <= p && p <= 1) {
		err = malformed("not between 0 and 1")
	}
	return p, err
}

// readVocab reads an object of ids by text, or the [text, score] of a Unigram
// model.
func (m *modelReader) readVocab() error {
	kind, err := m.d.Kind()
	if err != nil {
		return err
	}
	m.index = newTextIndex(&m.out.Tokens)
	if m.asTable = kind == jsonread.KindObject; m.asTable {
		return m.d.ReadTable(m.readToken)
	}
	return m.d.ReadArray(m.readScored)
}

func (m *modelReader) readToken(text string) error {
	id, err := readID(m.d)
	if err != nil {
		return err
	}
	if !m.ids.add(id) {
		return malformed("id " + decimal(int64(id)) + " is another token's")
	}
	if !m.index.put(text, len(m.out.Tokens)) {
		return jsonread.DuplicateKey(text)
	}
	m.out.Tokens = append(m.out.Tokens, Token{text, id})
	return nil
}

func (m *modelReader) readScored(id int) error {
	if id > maxID {
		return unsupported("more than " + decimal(maxID+1) + " tokens")
	}
	text, score, count := "", 0.0, 0
	err := m.d.ReadArray(func(i int) (err error) {
		count++
		switch i {
		case 0:
			text, err = m.d.ReadString()
		case 1:
			score, err = m.d.ReadFloat()
		default:
			err = malformed("more than a text and a score")
		}
		return err
	})
	if err == nil && count < 2 {
		err = malformed("not a text and a score")
	}
	m.index.put(text, id) // of equal texts the last: Hugging Face's reading
	m.out.Tokens = append(m.out.Tokens, Token{text, id})
	m.out.Scores = append(m.out.Scores, score)
	return err
}

// settleType finds out what kind of model it is, and that its parts are there.
func (m *modelReader) settleType() error {
	if !m.given["type"] {
		m.out.Type = m.guessType()
	}
	if !m.given["vocab"] {
		return malformed("no vocab")
	}
	switch m.out.Type {
	case BPE, WordPiece, WordLevel:
		if !m.asTable {
			return malformed("vocab of a " + string(m.out.Type) + " model is not an object")
		}
	case Unigram:
		if m.asTable {
			return malformed("vocab of a Unigram model is not a list")
		}
	case "":
		return malformed("no type, and the members of none")
	default:
		return unsupported("type " + fault.Quote(string(m.out.Type)))
	}
	if m.out.Type == BPE && !m.given["merges"] {
		return malformed("no merges")
	}
	return nil
}

// guessType returns the type of a model that does not say it.
func (m *modelReader) guessType() ModelType {
	switch {
	case !m.given["vocab"]:
		return ""
	case !m.asTable:
		return Unigram
	case m.given["merges"]:
		return BPE
	case m.given["unk_token"] && m.given["continuing_subword_prefix"] && m.given["max_input_chars_per_word"]:
		return WordPiece
	case m.given["unk_token"]:
		return WordLevel
	}
	return ""
}

// readMerges reads the merges, in either form.
func (m *modelReader) readMerges() error {
	m.prefix = m.prefixLen()
	return m.d.ReadArray(func(i int) error {
		kind, err := m.d.Kind()
		if err != nil {
			return err
		}
		paired := kind == jsonread.KindArray
		if i > 0 && paired != m.out.MergesPaired {
			return malformed("not in the form of the merges before it")
		}
		m.out.MergesPaired = paired
		if paired {
			return m.readPair()
		}
		return m.readJoined()
	})
}

// readPair reads a merge of the form ["a", "b"].
func (m *modelReader) readPair() error {
	var pair [2]string
	var known [2]int32
	count := 0
	err := m.d.ReadArray(func(i int) error {
		if i > 1 {
			return malformed("more than two tokens")
		}
		count++
		text, err := m.d.ReadText()
		if err != nil {
			return err
		}
		if m.index == nil {
			pair[i] = string(text)
			return nil
		}
		known[i], err = m.find(text)
		return err
	})
	switch {
	case err != nil:
		return err
	case count < 2:
		return malformed("not two tokens")
	case m.index == nil:
		m.waiting = append(m.waiting, pair)
		return nil
	}
	return m.addMerge(known[0], known[1])
}

// readJoined reads a merge of the form "a b".
func (m *modelReader) readJoined() error {
	text, err := m.d.ReadText()
	if err != nil {
		return err
	}
	if bytes.HasPrefix(text, []byte("#version")) {
		return nil // the first line of merges.txt, copied along
	}
	left, right, ok := bytes.Cut(text, []byte(" "))
	if !ok || bytes.IndexByte(right, ' ') >= 0 {
		return malformed(fault.Quote(string(text)) + " is not two tokens and a space")
	}
	if m.index == nil {
		m.waiting = append(m.waiting, [2]string{string(left), string(right)})
		return nil
	}
	return m.resolve(left, right)
}

func (m *modelReader) resolve(left, right []byte) error {
	l, err := m.find(left)
	if err != nil {
		return err
	}
	r, err := m.find(right)
	if err != nil {
		return err
	}
	return m.addMerge(l, r)
}

// find returns the index of a token in the vocabulary.
func (m *modelReader) find(text []byte) (int32, error) {
	i := m.index.find(text)
	if i < 0 {
		return 0, malformed(fault.Quote(string(text)) + " is not in the vocabulary")
	}
	return i, nil
}

func (m *modelReader) addMerge(left, right int32) error {
	result, err := m.merged(left, right)
	if err != nil {
		return err
	}
	m.out.Merges = append(m.out.Merges, Merge{left, right, result})
	return nil
}

// merged returns the token that two make: their texts joined, the right one
// without the prefix of continuing subwords.
func (m *modelReader) merged(left, right int32) (int32, error) {
	l, r := m.out.Tokens[left].Text, m.out.Tokens[right].Text
	if len(r) < m.prefix {
		return 0, malformed(fault.Quote(r) + " is shorter than the continuing_subword_prefix")
	}
	var room [64]byte
	text := append(append(room[:0], l...), r[m.prefix:]...)
	// Most vocabularies have the results of merges in the order of the merges.
	if n := len(m.out.Merges); n > 0 {
		next := m.out.Merges[n-1].Result + 1
		if int(next) < len(m.out.Tokens) && m.out.Tokens[next].Text == string(text) {
			return next, nil
		}
	}
	i := m.index.find(text)
	if i < 0 {
		return 0, malformed("result " + fault.Quote(string(text)) + " is not in the vocabulary")
	}
	return i, nil
}

func (m *modelReader) prefixLen() int {
	if p := m.out.ContinuingSubwordPrefix; p != nil {
		return len(*p)
	}
	return 0
}

// settleMerges resolves the merges that came before what they need.
func (m *modelReader) settleMerges() error {
	used := m.prefix
	m.prefix = m.prefixLen()
	for i, pair := range m.waiting {
		if err := m.resolve([]byte(pair[0]), []byte(pair[1])); err != nil {
			return inMerge(i, err)
		}
	}
	if m.waiting != nil || used == m.prefix {
		return nil
	}
	for i := range m.out.Merges {
		merge := &m.out.Merges[i]
		var err error
		if merge.Result, err = m.merged(merge.Left, merge.Right); err != nil {
			return inMerge(i, err)
		}
	}
	return nil
}

// inMerge says which merge an error is about, where the place in the file is
// lost.
func inMerge(i int, err error) error {
	r, ok := err.(*fault.Reason) //nolint:errorlint // made here
	if !ok {
		return err
	}
	return &fault.Reason{Text: "merges[" + decimal(int64(i)) + "]: " + r.Text, Sentinel: r.Sentinel}
}

// A bitset is a set of small numbers. It grows to the largest.
type bitset []uint64

// add reports whether n is new.
func (b *bitset) add(n int) bool {
	word, bit := n/64, uint64(1)<<(n%64)
	if word >= len(*b) {
		*b = append(*b, make([]uint64, word+1-len(*b))...)
	}
	if (*b)[word]&bit != 0 {
		return false
	}
	(*b)[word] |= bit
	return true
}
