package playground

import (
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// Every file type is offered once, with words to choose it by.
func TestFileTypesAreOffered(t *testing.T) {
	var offered []quantize.FileType
	for _, group := range fileTypeGroups {
		for _, choice := range group.types {
			if choice.about == "" {
				t.Errorf("nothing is said about %s", choice.fileType)
			}
			offered = append(offered, choice.fileType)
		}
	}
	slices.Sort(offered)
	if want := quantize.FileTypes(); !slices.Equal(offered, want) {
		t.Errorf("offered are\n%v, want\n%v", offered, want)
	}
}

func TestFileTypesThatNeedImportance(t *testing.T) {
	var got []string
	for _, group := range fileTypeGroups {
		for _, choice := range group.types {
			if choice.needsImportance() {
				got = append(got, choice.fileType.String())
			}
		}
	}
	slices.Sort(got)
	// As `nibble convert --help` has it.
	want := "IQ1_M IQ1_S IQ2_M IQ2_S IQ2_XS IQ2_XXS IQ3_XS IQ3_XXS Q2_K_S"
	if got := strings.Join(got, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
