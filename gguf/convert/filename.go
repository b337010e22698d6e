package convert

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/quantize"
)

// FileName returns the name that the output should have: the model's, without a
// file type that it ends with, and label. An empty label stands for the file
// type, or for the bits per weight of a mixture.
func (p *Plan) FileName(label string) string {
	switch {
	case label != "":
	case p.Mixture:
		label = fmt.Sprintf("%.2fbpw", p.BitsPerWeight())
	default:
		label = p.FileType.String()
	}
	name := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == filepath.Separator || r == 0 {
			return '-'
		}
		return r
	}, p.ModelName())
	return name + "-" + label + ".gguf"
}

// ModelName returns Name without a file type that it ends with, as that of a
// file called Qwen3-0.6B-BF16.gguf does.
func (p *Plan) ModelName() string {
	at := strings.LastIndexAny(p.Name, "-.")
	if at <= 0 {
		return p.Name
	}
	if ft, err := quantize.ParseFileType(p.Name[at+1:]); err == nil && strings.EqualFold(ft.String(), p.Name[at+1:]) {
		return p.Name[:at]
	}
	return p.Name
}
