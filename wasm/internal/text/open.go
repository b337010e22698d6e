package text

import (
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) open(q *wasm.TextOpenRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := openTokenizer(q, blobs)
	if err != nil {
		return nil, nil, err
	}
	reply := describe(t)
	reply.Tokenizer = r.tokenizers.Keep(r.newTokenizer(t))
	return reply, nil, nil
}

func openTokenizer(q *wasm.TextOpenRequest, blobs [][]byte) (*tokenize.Tokenizer, error) {
	o := tokenize.LoadOptions{Encoding: q.Encoding}
	switch {
	case len(q.Files) == 1 && len(blobs) == 0:
		return openPath(q.Files[0], o)
	case len(q.Files) == 0 || len(blobs) != len(q.Files):
		return nil, serve.Usage("a tokenizer needs the path of its file, or a name and the contents for each of its files")
	}
	beside := make(map[string][]byte, len(blobs))
	for i, name := range q.Files[1:] {
		beside[name] = blobs[1+i]
	}
	return tokenize.ReadFiles(q.Files[0], blobs[0], beside, o)
}
