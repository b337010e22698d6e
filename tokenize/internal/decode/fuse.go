package decode

import "strings"

// fuse is the decoder Fuse: one token of all, be there none.
type fuse struct{}

func (fuse) Decode(tokens []string) []string { return []string{strings.Join(tokens, "")} }

func (fuse) fuses() bool { return true }

func (fuse) stage(next stage, _ bool) stage { return fuseStage{next} }

type fuseStage struct{ next stage }

func (s fuseStage) write(part string) { s.next.write(part) }
func (s fuseStage) close()            {}
func (s fuseStage) finish() {
	s.next.close()
	s.next.finish()
}
