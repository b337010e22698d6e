package decode

import "strings"

// artifacts are what the clean-up of WordPiece and CTC replaces, one after the
// other: spaces before punctuation marks and contractions. That "do not"
// becomes "don't" is the reference's.
var artifacts = []struct{ old, new string }{
	{" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"},
	{" n't", "n't"}, {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
}

func cleanUp(token string) string {
	if !mayHaveArtifact(token) {
		return token
	}
	for _, a := range artifacts {
		token = strings.ReplaceAll(token, a.old, a.new)
	}
	return token
}

// mayHaveArtifact looks for the first two characters of one. Looking for each of
// them takes as long as all else that WordPiece does.
func mayHaveArtifact(token string) bool {
	for i := 1; i < len(token); i++ {
		if token[i-1] == ' ' && strings.IndexByte(".?!,'nd", token[i]) >= 0 {
			return true
		}
	}
	return false
}

func cleanUpStage(next stage) stage {
	for i := len(artifacts) - 1; i >= 0; i-- {
		next = newReplaceStage(next, artifacts[i].old, artifacts[i].new)
	}
	return next
}
