//go:build nibbletext

package vocab

// ReadSentencePiece reports any file: the build that is tagged nibbletext has no
// reader for the format.
func ReadSentencePiece([]byte) (*SentencePiece, error) {
	return nil, unsupported("not in this reduced build")
}
