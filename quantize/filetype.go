package quantize

import (
	"math"
	"strconv"
	"strings"
)

// FileType is the recipe of a whole file: a Type for most tensors, and rules
// that give some of them another. Its value is llama.cpp's number, the one that
// stands in a GGUF file as general.file_type.
type FileType uint32

// The recipes of llama.cpp. Other numbers were given to recipes that it has
// removed, and are not valid.
const (
	FileTypeF32       FileType = 0
	FileTypeF16       FileType = 1
	FileTypeQ4_0      FileType = 2
	FileTypeQ4_1      FileType = 3
	FileTypeQ8_0      FileType = 7
	FileTypeQ5_0      FileType = 8
	FileTypeQ5_1      FileType = 9
	FileTypeQ2_K      FileType = 10
	FileTypeQ3_K_S    FileType = 11
	FileTypeQ3_K_M    FileType = 12
	FileTypeQ3_K_L    FileType = 13
	FileTypeQ4_K_S    FileType = 14
	FileTypeQ4_K_M    FileType = 15
	FileTypeQ5_K_S    FileType = 16
	FileTypeQ5_K_M    FileType = 17
	FileTypeQ6_K      FileType = 18
	FileTypeIQ2_XXS   FileType = 19
	FileTypeIQ2_XS    FileType = 20
	FileTypeQ2_K_S    FileType = 21
	FileTypeIQ3_XS    FileType = 22
	FileTypeIQ3_XXS   FileType = 23
	FileTypeIQ1_S     FileType = 24
	FileTypeIQ4_NL    FileType = 25
	FileTypeIQ3_S     FileType = 26
	FileTypeIQ3_M     FileType = 27
	FileTypeIQ2_S     FileType = 28
	FileTypeIQ2_M     FileType = 29
	FileTypeIQ4_XS    FileType = 30
	FileTypeIQ1_M     FileType = 31
	FileTypeBF16      FileType = 32
	FileTypeTQ1_0     FileType = 36
	FileTypeTQ2_0     FileType = 37
	FileTypeMXFP4_MOE FileType = 38
	FileTypeQ1_0      FileType = 40
	FileTypeQ2_0      FileType = 41
)

// fileTypes is indexed by llama.cpp's number; an entry without a name is no
// recipe. The names of some recipes promise another type than most tensors get.
var fileTypes = [...]struct {
	name string
	main Type
}{
	FileTypeF32:       {"F32", F32},
	FileTypeF16:       {"F16", F16},
	FileTypeQ4_0:      {"Q4_0", Q4_0},
	FileTypeQ4_1:      {"Q4_1", Q4_1},
	FileTypeQ8_0:      {"Q8_0", Q8_0},
	FileTypeQ5_0:      {"Q5_0", Q5_0},
	FileTypeQ5_1:      {"Q5_1", Q5_1},
	FileTypeQ2_K:      {"Q2_K", Q2_K},
	FileTypeQ3_K_S:    {"Q3_K_S", Q3_K},
	FileTypeQ3_K_M:    {"Q3_K_M", Q3_K},
	FileTypeQ3_K_L:    {"Q3_K_L", Q3_K},
	FileTypeQ4_K_S:    {"Q4_K_S", Q4_K},
	FileTypeQ4_K_M:    {"Q4_K_M", Q4_K},
	FileTypeQ5_K_S:    {"Q5_K_S", Q5_K},
	FileTypeQ5_K_M:    {"Q5_K_M", Q5_K},
	FileTypeQ6_K:      {"Q6_K", Q6_K},
	FileTypeIQ2_XXS:   {"IQ2_XXS", IQ2_XXS},
	FileTypeIQ2_XS:    {"IQ2_XS", IQ2_XS},
	FileTypeQ2_K_S:    {"Q2_K_S", Q2_K},
	FileTypeIQ3_XS:    {"IQ3_XS", IQ3_S},
	FileTypeIQ3_XXS:   {"IQ3_XXS", IQ3_XXS},
	FileTypeIQ1_S:     {"IQ1_S", IQ1_S},
	FileTypeIQ4_NL:    {"IQ4_NL", IQ4_NL},
	FileTypeIQ3_S:     {"IQ3_S", IQ3_S},
	FileTypeIQ3_M:     {"IQ3_M", IQ3_S},
	FileTypeIQ2_S:     {"IQ2_S", IQ2_XS},
	FileTypeIQ2_M:     {"IQ2_M", IQ2_S},
	FileTypeIQ4_XS:    {"IQ4_XS", IQ4_XS},
	FileTypeIQ1_M:     {"IQ1_M", IQ1_M},
	FileTypeBF16:      {"BF16", BF16},
	FileTypeTQ1_0:     {"TQ1_0", TQ1_0},
	FileTypeTQ2_0:     {"TQ2_0", TQ2_0},
	FileTypeMXFP4_MOE: {"MXFP4_MOE", MXFP4},
	FileTypeQ1_0:      {"Q1_0", Q1_0},
	FileTypeQ2_0:      {"Q2_0", Q2_0},
}

// Valid reports whether ft is a recipe of llama.cpp.
func (ft FileType) Valid() bool { return int64(ft) < int64(len(fileTypes)) && fileTypes[ft].name != "" }

// String returns llama.cpp's name of the recipe, such as "Q4_K_M".
func (ft FileType) String() string {
	if ft.Valid() {
		return fileTypes[ft].name
	}
	return "filetype(" + strconv.FormatUint(uint64(ft), 10) + ")"
}

// Default returns the type of the tensors that no rule names. Of an invalid
// FileType it returns an invalid Type.
func (ft FileType) Default() Type {
	if ft.Valid() {
		return fileTypes[ft].main
	}
	return math.MaxUint32
}

// FileTypes returns all recipes in the order of their numbers.
func FileTypes() []FileType {
	var all []FileType
	for n := range fileTypes {
		if ft := FileType(n); ft.Valid() {
			all = append(all, ft)
		}
	}
	return all
}

// ParseFileType returns the recipe of the given name or number: "Q4_K_M", "15",
// or one of the short forms "Q3_K", "Q4_K" and "Q5_K" of the M recipes. Case
// does not matter. The error of an unknown name wraps ErrUnsupported.
func ParseFileType(name string) (FileType, error) {
	full := name
	for _, short := range []string{"Q3_K", "Q4_K", "Q5_K"} {
		if strings.EqualFold(name, short) {
			full += "_M"
		}
	}
	number, err := strconv.ParseUint(name, 10, 32)
	isNumber := err == nil
	for _, ft := range FileTypes() {
		if strings.EqualFold(fileTypes[ft].name, full) || isNumber && uint64(ft) == number {
			return ft, nil
		}
	}
	return 0, &nameError{kind: "file type", name: name}
}
