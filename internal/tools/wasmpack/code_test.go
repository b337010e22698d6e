package wasmpack

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestUncalledIsThere: a function that another version of Go calls by another name is not left in the module unnoticed.
func TestUncalledIsThere(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module: make test does")
	}
	sections, err := readSections(buildGuest(t))
	if err != nil {
		t.Fatal(err)
	}
	names, err := functionNames(sections[len(sections)-1].body)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(slices.Sorted(maps.Values(names)), "\n")
	for _, group := range uncalledGroups {
		for alternative := range strings.FieldsFuncSeq(group.names.String(), func(r rune) bool { return strings.ContainsRune(`^\.$()|?*+[]`, r) }) {
			if len(alternative) > len("func") && !strings.Contains(all, strings.TrimSuffix(alternative, "1")) {
				t.Errorf("no function has %s in its name", alternative)
			}
		}
	}
}

func TestUncalledIn(t *testing.T) {
	names := map[uint32]string{}
	for i, name := range []string{
		"runtime.traceLocker.GoStart", "runtime.__traceMap_.put", "runtime.traceAdvance.func4", "runtime.traceback2", "runtime.traceback1.func1",
		"runtime.schedtrace", "runtime.__mspan_.reportZombies", "runtime.typesEqual",
		"runtime.traceLockInit", "runtime.traceReader", "runtime.traceRelease", "runtime.tracebackPCs", "runtime.schedtracer",
		"main.runtime.schedtrace", "runtime.printpanics", "runtime.gcDumpObjects", "runtime_debug.traceLocker.GoStart",
	} {
		names[uint32(i)] = name
	}
	for _, test := range []struct {
		entry string
		want  []uint32
	}{
		{"main.main", []uint32{0, 1, 2, 3, 4, 5, 6, 7}},
		{"runtime_trace.Start", []uint32{3, 4, 5, 6, 7}},
		{"runtime.Stack", []uint32{0, 1, 2, 5, 6, 7}},
		{"plugin.Open", []uint32{0, 1, 2, 3, 4, 5, 6}},
	} {
		names[99] = test.entry
		if got := slices.Sorted(maps.Keys(uncalledIn(names))); !slices.Equal(got, test.want) {
			t.Errorf("with %s %v are not called, want %v", test.entry, got, test.want)
		}
	}
}

// A function section of names: one that is imported and three with bodies.
func namesOf(names ...string) section {
	part := appendUint(nil, uint32(len(names)))
	for i, name := range names {
		part = appendUint(part, uint32(i))
		part = append(appendUint(part, uint32(len(name))), name...)
	}
	body := append([]byte("\x04name\x00\x01m"), nameFunctions)
	body = append(appendUint(body, uint32(len(part))), part...)
	return section{sectionCustom, body}
}

func TestDropUncalled(t *testing.T) {
	imports := section{sectionImport, []byte("\x01\x04wasi\x04exit\x00\x00")}
	code := section{sectionCode, []byte("\x03\x03\x00\x01\x0b\x04\x00\x01\x01\x0b\x03\x00\x01\x0b")}
	trapped := section{sectionCode, []byte("\x03\x03\x00\x01\x0b\x03\x00\x00\x0b\x03\x00\x01\x0b")}
	named := namesOf("exit", "main.main", "runtime.schedtrace", "runtime.gopanic")
	for _, test := range []struct {
		what     string
		in, want []section
	}{
		{"names", []section{imports, code, named}, []section{imports, trapped}},
		{"no imports", []section{code, namesOf("main.main", "runtime.schedtrace", "runtime.gopanic")}, []section{trapped}},
		{"no names", []section{imports, code}, []section{imports, code}},
		{"others", []section{imports, code, namesOf("exit", "f", "g", "h")}, []section{imports, code}},
	} {
		t.Run(test.what, func(t *testing.T) {
			got, err := dropUncalled(test.in)
			same := func(a, b section) bool { return a.id == b.id && bytes.Equal(a.body, b.body) }
			if err != nil || !slices.EqualFunc(got, test.want, same) {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
	for _, test := range []struct {
		what string
		in   []section
	}{
		{"no code", []section{named}},
		{"code twice", []section{code, code, named}},
		{"code cut off", []section{{sectionCode, code.body[:5]}, named}},
		{"more code", []section{{sectionCode, append(bytes.Clone(code.body), 0)}, named}},
		{"names cut off", []section{code, {sectionCustom, named.body[:20]}}},
		{"imports cut off", []section{{sectionImport, imports.body[:6]}, code, named}},
		{"import of a memory", []section{{sectionImport, []byte("\x01\x01m\x01m\x02\x00\x01")}, code, named}},
	} {
		if got, err := dropUncalled(test.in); err == nil {
			t.Errorf("%s: got %v, want an error", test.what, got)
		}
	}
}
