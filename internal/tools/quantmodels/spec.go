package quantmodels

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/quantize"
)

// A Spec says which model to make. Its text is "FAMILY,KEY=VALUE,...,FLAG,...".
type Spec struct {
	Family string
	Layers int           // layers=N; 0: as many as the family has
	Width  int64         // width=N: length of most rows; 0: 256
	Source quantize.Type // source=TYPE of matrices; mixed: some of each float type
	Mixed  bool
	Split  int    // split=N: files of the set; 0: one file that is no set
	Align  int    // align=N: general.alignment; 0: no such key
	Seed   uint64 // seed=N: of the values
	Scale  int    // scale=N: the values are multiplied by 2 to the power of N

	Tied     bool // no output.weight
	Trailing bool // dims of one behind the others
	Metadata bool // keys of every type, among them strings with a NUL
	NaN      bool // a value that is none, in a tensor with F32 or BF16 values
}

// ParseSpec reads the text of a Spec.
func ParseSpec(text string) (Spec, error) {
	fields := strings.Split(text, ",")
	s := Spec{Family: fields[0]}
	if _, ok := families[s.Family]; !ok {
		return s, fmt.Errorf("no family %q", s.Family)
	}
	for _, field := range fields[1:] {
		key, value, _ := strings.Cut(field, "=")
		if err := s.set(key, value); err != nil {
			return s, fmt.Errorf("%q of %q: %w", field, text, err)
		}
	}
	return s, nil
}

// Architecture returns the name of the model's architecture.
func (s Spec) Architecture() string { return families[s.Family].arch }

func (s *Spec) set(key, value string) error {
	var err error
	switch key {
	case "source":
		if s.Mixed = value == "mixed"; !s.Mixed {
			s.Source, err = quantize.ParseType(value)
		}
	case "layers":
		s.Layers, err = strconv.Atoi(value)
	case "width":
		s.Width, err = strconv.ParseInt(value, 10, 64)
	case "split":
		s.Split, err = strconv.Atoi(value)
	case "align":
		s.Align, err = strconv.Atoi(value)
	case "seed":
		s.Seed, err = strconv.ParseUint(value, 10, 64)
	case "scale":
		s.Scale, err = strconv.Atoi(value)
	case "nan":
		s.NaN = true
	case "tied":
		s.Tied = true
	case "trailing":
		s.Trailing = true
	case "metadata":
		s.Metadata = true
	default:
		return fmt.Errorf("no such key")
	}
	return err
}

func (s Spec) String() string {
	var b strings.Builder
	b.WriteString(s.Family)
	add := func(holds bool, text string, value ...any) {
		if holds {
			fmt.Fprintf(&b, ","+text, value...)
		}
	}
	add(s.Layers != 0, "layers=%d", s.Layers)
	add(s.Width != 0, "width=%d", s.Width)
	add(s.Mixed, "source=mixed")
	add(!s.Mixed && s.Source != quantize.F32, "source=%v", s.Source)
	add(s.Split != 0, "split=%d", s.Split)
	add(s.Align != 0, "align=%d", s.Align)
	add(s.Seed != 0, "seed=%d", s.Seed)
	add(s.Scale != 0, "scale=%d", s.Scale)
	add(s.Tied, "tied")
	add(s.Trailing, "trailing")
	add(s.Metadata, "metadata")
	add(s.NaN, "nan")
	return b.String()
}
