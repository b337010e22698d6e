package wasmpack

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

const (
	sectionImport = 2
	sectionCode   = 10

	nameFunctions = 1 // the part of the section "name" that names functions
)

// uncalled are functions of the runtime that nothing calls in a program that does not have their entry, unless a
// fatal error ends it. Names are as the linker writes them into a module: runtime.__traceMap_.put.
type uncalled struct {
	entry string // the function that leads to them, such as that which starts the tracer
	names *regexp.Regexp
}

var uncalledGroups = []uncalled{
	{"runtime_trace.Start", regexp.MustCompile(`^runtime\.(` +
		`(traceLocker|traceWriter|traceEventWriter)\.\w+|` +
		`__trace(Map|StringTable|RegionAlloc|StackTable|TypeTable|Buf|AdvancerState)_\.\w+|` +
		`trace(Advance|SyncBatch|ReadCPU|Stack|RegisterLabelsAndReasons|BufFlush)|` +
		`dumpStacksRec|dumpTypesRec|makeTraceFrames)(\.func\d+)*$`)},
	// What prints the stacks of a program that has come to its end.
	{"runtime.Stack", regexp.MustCompile(`^runtime\.(traceback[12]|tracebacksomeothers|tracebackHexdump|goroutineheader|` +
		`printArgs|printcreatedby1?|printAncestorTraceback(FuncInfo)?|printCgoTraceback|printOneCgoTraceback)(\.func\d+)*$`)},
	// Statistics that an environment variable asks for, and reports of memory that is corrupt.
	{"", regexp.MustCompile(`^runtime\.(schedtrace|dumpScanStats|printScavTrace|checkFinalizersAndCleanups|` +
		`gcDumpObject|dumpgstatus|hexdumpWords|__hexdumper_\.\w+|__mspan_\.reportZombies)(\.func\d+)*$`)},
	// Of types that several modules have, as with plugins.
	{"plugin.Open", regexp.MustCompile(`^runtime\.typesEqual$`)},
}

// uncalledIn returns the indices of the functions that are uncalled in a program with functions of these names.
func uncalledIn(names map[uint32]string) map[uint32]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	indices := map[uint32]bool{}
	for _, group := range uncalledGroups {
		if all[group.entry] {
			continue
		}
		for i, name := range names {
			if group.names.MatchString(name) {
				indices[i] = true
			}
		}
	}
	return indices
}

// trap is the body of a function that ends the program when it is called: no variables, unreachable.
var trap = []byte{0, 0x00, opEnd}

// dropUncalled gives uncalled functions empty bodies, and drops the section that names functions. Without that section
// the code stays as it is.
func dropUncalled(sections []section) ([]section, error) {
	isNames := func(s section) bool {
		r := reader{data: s.body}
		return s.id == sectionCustom && r.name() == "name"
	}
	at := slices.IndexFunc(sections, isNames)
	if at < 0 {
		return sections, nil
	}
	names, err := functionNames(sections[at].body)
	if err != nil {
		return nil, fmt.Errorf("section name: %w", err)
	}
	sections = slices.Delete(slices.Clone(sections), at, at+1)
	code := slices.IndexFunc(sections, func(s section) bool { return s.id == sectionCode })
	if code < 0 || slices.ContainsFunc(sections[code+1:], func(s section) bool { return s.id == sectionCode }) {
		return nil, errors.New("want one code section")
	}
	imported, err := countImports(sections)
	if err != nil {
		return nil, fmt.Errorf("import section: %w", err)
	}
	sections[code].body, err = trapUncalled(sections[code].body, imported, uncalledIn(names))
	return sections, err
}

// trapUncalled returns the code section with what it has for uncalled functions replaced.
func trapUncalled(section []byte, imported uint32, uncalled map[uint32]bool) ([]byte, error) {
	r := reader{data: section}
	n := r.uint()
	out := appendUint(nil, n)
	for i := range n {
		body := r.bytes(r.uint())
		if r.err != nil {
			return nil, fmt.Errorf("function %d: %w", i, r.err)
		}
		if uncalled[imported+i] {
			body = trap
		}
		out = append(appendUint(out, uint32(len(body))), body...)
	}
	if r.err != nil || len(r.data) > 0 {
		return nil, errors.New("the code section does not end with its last function")
	}
	return out, nil
}

// functionNames returns the names of functions by index from the body of the section "name".
func functionNames(body []byte) (map[uint32]string, error) {
	names := map[uint32]string{}
	r := reader{data: body}
	r.name()
	for len(r.data) > 0 {
		id, part := r.byte(), reader{data: r.bytes(r.uint())}
		if r.err == nil && id == nameFunctions {
			for range part.uint() {
				index, name := part.uint(), part.name()
				if part.err != nil {
					return nil, part.err
				}
				names[index] = name
			}
		}
	}
	return names, r.err
}

// countImports returns the number of functions that a module imports, which have the first indices. Go's modules
// import nothing else.
func countImports(sections []section) (uint32, error) {
	for _, s := range sections {
		if s.id != sectionImport {
			continue
		}
		r := reader{data: s.body}
		n := r.uint()
		for range n {
			r.name()
			r.name()
			if kind := r.byte(); r.err == nil && kind != 0 {
				return 0, fmt.Errorf("import of kind %d", kind)
			}
			r.uint()
			if r.err != nil {
				return 0, r.err
			}
		}
		return n, nil
	}
	return 0, nil
}
