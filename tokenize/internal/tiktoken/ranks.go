package tiktoken

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"slices"
	"sort"
	"strconv"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// Limits of a vocabulary.
const (
	maxID         = 1<<22 - 1 // as in package vocab
	maxFileBytes  = 256 << 20
	maxTokenBytes = 4096 // the longest known are runs of some hundred spaces
)

// windowBytes is the size of the read window, which holds the longest line.
const windowBytes = 64 << 10

// Ranks are the tokens of a vocabulary by ascending rank.
type Ranks struct {
	Tokens []string // the bytes of the tokens; none is empty, none is there twice
	Ranks  []uint32 // parallel to Tokens, ascending, with holes at most
}

// ReadRanks reads a rank file. Lines end in LF or CRLF, the last one may end
// with the file, and empty lines mean nothing; anything else that is not
// BASE64 SP RANK is an *Error. Errors of r are returned as they are.
func ReadRanks(r io.Reader) (*Ranks, error) {
	read := rankReader{in: bufio.NewReaderSize(io.LimitReader(r, maxFileBytes+1), windowBytes)}
	for {
		read.line++
		line, err := read.in.ReadSlice('\n')
		read.bytes += int64(len(line))
		switch {
		case err == bufio.ErrBufferFull:
			return nil, read.fail(config.Unsupported("a line of more than " + strconv.Itoa(windowBytes) + " bytes"))
		case err != nil && err != io.EOF:
			return nil, err
		case read.bytes > maxFileBytes:
			return nil, read.fail(config.Unsupported("more than 256 MiB"))
		}
		if line := trimLineEnd(line); len(line) > 0 {
			if fault := read.token(line); fault != nil {
				return nil, read.fail(fault)
			}
		}
		if err == io.EOF {
			break
		}
	}
	if len(read.out.Tokens) == 0 {
		read.line = 1
		return nil, read.fail(config.Malformed("no token"))
	}
	read.sort()
	return &read.out, nil
}

// rankReader is a rank file on its way in.
type rankReader struct {
	in    *bufio.Reader
	out   Ranks
	line  int
	bytes int64

	texts arena
	index tokenIndex
	ranks bitset
}

func (r *rankReader) fail(err error) error { return &Error{Line: r.line, Err: err} }

func trimLineEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		if n > 1 && line[n-2] == '\r' {
			line = line[:n-2]
		}
	}
	return line
}

// token reads a line without its end.
func (r *rankReader) token(line []byte) error {
	space := slices.Index(line, ' ')
	if space < 0 {
		return config.Malformed("not a token in base64, a space and a rank: " + fault.Quote(string(line)))
	}
	token, err := r.texts.decode(line[:space])
	if err != nil {
		return err
	}
	rank, err := parseID("rank", string(line[space+1:]))
	if err != nil {
		return err
	}
	if !r.ranks.add(rank) {
		return config.Malformed("rank " + strconv.Itoa(rank) + " is another token's")
	}
	if !r.index.add(&r.out.Tokens, token) {
		return config.Malformed("token " + fault.Quote(token) + " is there twice")
	}
	r.out.Ranks = append(r.out.Ranks, uint32(rank))
	return nil
}

// parseID takes digits alone: no sign, no white space, no leading zero.
func parseID(what, digits string) (int, error) {
	id := 0
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, config.Malformed(what + " " + fault.Quote(digits) + " is not a number")
		}
		if id = id*10 + int(digits[i]-'0'); id > maxID {
			return 0, config.Unsupported(what + " " + fault.Quote(digits) + " is above " + strconv.Itoa(maxID))
		}
	}
	if digits == "" || digits[0] == '0' && len(digits) > 1 {
		return 0, config.Malformed(what + " " + fault.Quote(digits) + " is not a number")
	}
	return id, nil
}

// sort puts the tokens in the order of ranks, which is that of most files.
func (r *rankReader) sort() {
	if !slices.IsSorted(r.out.Ranks) {
		sort.Sort(byRank(r.out))
	}
	r.out.Tokens, r.out.Ranks = slices.Clip(r.out.Tokens), slices.Clip(r.out.Ranks)
}

type byRank Ranks

func (r byRank) Len() int           { return len(r.Ranks) }
func (r byRank) Less(i, j int) bool { return r.Ranks[i] < r.Ranks[j] }
func (r byRank) Swap(i, j int) {
	r.Ranks[i], r.Ranks[j] = r.Ranks[j], r.Ranks[i]
	r.Tokens[i], r.Tokens[j] = r.Tokens[j], r.Tokens[i]
}

var strictBase64 = base64.StdEncoding.Strict()

// decodeBase64 decodes a token into dst, which has room for maxTokenBytes in
// whole groups of three.
func decodeBase64(dst, src []byte) (int, error) {
	n := 0
	if fits := len(src) <= base64.StdEncoding.EncodedLen(maxTokenBytes); fits {
		// The decoder passes over line ends, which have no place in a token.
		var err error
		n, err = strictBase64.Decode(dst, src)
		if err != nil || bytes.ContainsAny(src, "\r\n") {
			return 0, config.Malformed("token " + fault.Quote(string(src)) + " is not base64")
		}
		if n == 0 {
			return 0, config.Malformed("an empty token")
		}
	}
	if n == 0 || n > maxTokenBytes {
		return 0, config.Unsupported("a token of more than " + strconv.Itoa(maxTokenBytes) + " bytes")
	}
	return n, nil
}
