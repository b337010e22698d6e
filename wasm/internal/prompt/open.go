package prompt

import (
	"bytes"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/chat"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) open(q *wasm.ChatOpenRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	templates, err := openTemplates(q, blobs)
	if err != nil {
		return nil, nil, err
	}
	return &wasm.ChatOpenReply{Chat: r.chats.Keep(templates), Names: templates.Names(), File: templates.Origin()}, nil, nil
}

func openTemplates(q *wasm.ChatOpenRequest, blobs [][]byte) (*chat.Templates, error) {
	switch {
	case len(q.Files) == 1 && len(blobs) == 0:
		return chat.Open(q.Files[0])
	case len(q.Files) == 0 || len(blobs) != len(q.Files):
		return nil, serve.Usage("chat templates need the path of their file, or a name and the contents for each of their files")
	case len(blobs) == 1 && bytes.HasPrefix(blobs[0], []byte("GGUF")):
		file, err := gguf.NewReader(bytes.NewReader(blobs[0]), int64(len(blobs[0])), gguf.ReaderOptions{HeaderOnly: true})
		if err != nil {
			return nil, err
		}
		return chat.FromMetadata(file.Metadata, chat.Options{})
	}
	files := make(map[string][]byte, len(blobs))
	for i, name := range q.Files {
		files[name] = blobs[i]
	}
	return chat.ReadFiles(files, chat.Options{})
}
