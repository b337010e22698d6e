//go:build nibbletext

package tokenize

// appendScanned appends the ids of normalized text by the short way. There is
// one goroutine.
func (p *pipeline) appendScanned(dst []uint32, s string, _ request) ([]uint32, error) {
	return p.bpe.AppendText(dst, s, p.scan)
}

// countScanned returns how many ids appendScanned would append.
func (p *pipeline) countScanned(s string, _ request) (int, error) { return p.bpe.CountText(s, p.scan) }
