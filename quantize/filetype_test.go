package quantize

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

func TestFileTypeNames(t *testing.T) {
	for _, ft := range FileTypes() {
		for _, name := range []string{ft.String(), strings.ToLower(ft.String()), strconv.Itoa(int(ft))} {
			if got, err := ParseFileType(name); err != nil || got != ft {
				t.Errorf("ParseFileType(%q) = %v, %v, want %v", name, got, err, ft)
			}
		}
		if !ft.Valid() || !ft.Default().Valid() {
			t.Errorf("%v: Valid %t, default %v", ft, ft.Valid(), ft.Default())
		}
	}
	if n := len(FileTypes()); n != 35 {
		t.Errorf("%d recipes, want 35", n)
	}
	for name, want := range map[string]FileType{"q3_k": FileTypeQ3_K_M, "Q4_K": FileTypeQ4_K_M, "Q5_k": FileTypeQ5_K_M} {
		if got, err := ParseFileType(name); err != nil || got != want {
			t.Errorf("ParseFileType(%q) = %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"", "Q4", "Q2_K_M", "4", "33", "39", "-1", "COPY", "4294967298"} {
		if got, err := ParseFileType(name); !errors.Is(err, ErrUnsupported) {
			t.Errorf("ParseFileType(%q) = %v, %v, want ErrUnsupported", name, got, err)
		}
	}
	if ft := FileType(39); ft.Valid() || ft.Default().Valid() || ft.String() != "filetype(39)" {
		t.Errorf("FileType(39): %v, default %v", ft, ft.Default())
	}
}
