package atomicfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// noLocks tells whether nothing can be resumed here.
func noLocks(t *testing.T) bool {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return errors.Is(lock(f), errNoLocks)
}

func needLocks(t *testing.T) {
	t.Helper()
	if noLocks(t) {
		t.Skip("no locks here: ", errNoLocks)
	}
}

func specsIn(dir string, size int64, base ...string) []Spec {
	var specs []Spec
	for _, b := range base {
		specs = append(specs, Spec{Path: filepath.Join(dir, b), Size: size})
	}
	return specs
}

// leaveBehind begins a set, writes "data" to each file, records each of records after a head, and dies.
func leaveBehind(t *testing.T, specs []Spec, records ...string) {
	t.Helper()
	set, err := CreateAll(specs, Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range set.Len() {
		if _, err := set.File(i).WriteAt([]byte("data"), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := set.StartJournal([]byte("head")); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := set.Checkpoint([]byte(r)); err != nil {
			t.Fatal(err)
		}
	}
	if !set.Keep() {
		t.Fatal("nothing was kept")
	}
}

// resumed resumes a set whose head must be "head", and returns the records.
func resumed(t *testing.T, specs []Spec) (*Set, []string, error) {
	t.Helper()
	var heads, records []string
	set, err := Resume(specs, Options{},
		func(head []byte) error { heads = append(heads, string(head)); return nil },
		func(record []byte) error { records = append(records, string(record)); return nil })
	if err == nil && len(heads) > 0 && !slices.Equal(heads, []string{"head"}) {
		t.Errorf("heads %q", heads)
	}
	return set, records, err
}

func TestResume(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 8, "1", "2")
	leaveBehind(t, specs, "a", "bc")
	if got := names(t, dir); len(got) != 3 {
		t.Fatalf("left behind: %q, want two parts and a journal", got)
	}
	for _, want := range [][]string{{"a", "bc"}, {"a", "bc", "d"}} { // resumed and left behind again
		set, records, err := resumed(t, specs)
		if err != nil {
			t.Fatal(err)
		}
		if !set.HasJournal() || !slices.Equal(records, want) {
			t.Errorf("records %q, want %q", records, want)
		}
		got := make([]byte, 8)
		if _, err := set.File(1).ReadAt(got, 0); err != nil || string(got) != "data\x00\x00\x00\x00" {
			t.Errorf("the part holds %q, %v", got, err)
		}
		if err := set.Checkpoint([]byte("d")); err != nil {
			t.Fatal(err)
		}
		if !set.Keep() {
			t.Fatal("nothing was kept")
		}
	}
	set, _, err := resumed(t, specs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.File(0).WriteAt([]byte("more"), 4); err != nil {
		t.Fatal(err)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "1", "2")
	wantContent(t, specs[0].Path, "datamore")
	wantContent(t, specs[1].Path, "data\x00\x00\x00\x00")
}

func TestNothingToResume(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	dead, err := CreateAll(specs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	dead.leave() // without a journal
	set, records, err := resumed(t, specs)
	if err != nil {
		t.Fatal(err)
	}
	if set.HasJournal() || len(records) > 0 {
		t.Errorf("a journal with records %q where there was none", records)
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("%q stands there, want the new part alone", got)
	}
	if set.Keep() {
		t.Error("kept without a journal")
	}
	wantNames(t, dir)
}

func TestRunWithoutResumeCollects(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "1", "2")
	leaveBehind(t, specs, "a")
	set, err := CreateAll(specs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 2 {
		t.Errorf("%q stands there, want two new parts", got)
	}
	if err := set.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir)
}

func TestAbortRemovesTheJournal(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "1", "2")
	leaveBehind(t, specs, "a")
	set, _, err := resumed(t, specs)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir)
}

func TestHeadIsRefused(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	leaveBehind(t, specs, "a")
	before := names(t, dir)
	other := errors.New("another run")
	_, err := Resume(specs, Options{}, func([]byte) error { return other }, nil)
	if !errors.Is(err, other) {
		t.Errorf("error %v, want that of the judge", err)
	}
	if got := names(t, dir); !slices.Equal(got, before) {
		t.Errorf("%q stands there, want %q", got, before)
	}
}

// Of several runs that were left behind, the one that is accepted counts, however much shorter its journal is.
func TestHeadIsChosen(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	var left []*Set // alive together, so that none collects another
	for _, head := range []string{"other, with more to tell", "own"} {
		run, err := CreateAll(specs, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := run.StartJournal([]byte(head)); err != nil {
			t.Fatal(err)
		}
		left = append(left, run)
	}
	for _, run := range left {
		run.leave()
	}
	var seen []string
	set, err := Resume(specs, Options{}, func(head []byte) error {
		seen = append(seen, string(head))
		if string(head) != "own" {
			return errors.New("another run")
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 {
		t.Errorf("heads %q, want both, the longer journal's first", seen)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
}

// While the writer lives, with a journal or without, its work is its own.
func TestResumeOfTheLiving(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	set, err := CreateAll(specs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, err := resumed(t, specs); !errors.Is(err, ErrBusy) {
			t.Errorf("error %v, want ErrBusy", err)
		}
		if !set.HasJournal() {
			if err := set.StartJournal([]byte("head")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
}

// The writer died after the part got its second name, the target's, and before it lost the first: the target is
// complete, and what is written from now on must not reach it.
func TestResumeOfAnInstalledPart(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	leaveBehind(t, specs, "a")
	parts, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	if err := os.Link(parts[0], specs[0].Path); err != nil {
		t.Skip("no hard links here: ", err)
	}
	if _, _, err := resumed(t, specs); !errors.Is(err, ErrExists) {
		t.Fatalf("error %v, want ErrExists", err)
	}
	set, err := Resume(specs, Options{Force: true}, func([]byte) error { return nil }, func([]byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.File(0).WriteAt([]byte("torn"), 0); err != nil {
		t.Fatal(err)
	}
	wantContent(t, specs[0].Path, "data")
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantContent(t, specs[0].Path, "torn")
	wantNames(t, dir, "out")
}

// Parts that are missing, short or long become what they have to be; what was never written is zero.
func TestResumeOfDamagedParts(t *testing.T) {
	needLocks(t)
	for name, harm := range map[string]func(part string) error{
		"missing": os.Remove,
		"short":   func(part string) error { return os.Truncate(part, 0) },
		"long":    func(part string) error { return os.WriteFile(part, bytes.Repeat([]byte{0}, 99), 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			specs := specsIn(dir, 8, "1", "2")
			leaveBehind(t, specs, "a")
			parts, err := filepath.Glob(filepath.Join(dir, ".2.*.part"))
			if err != nil || len(parts) != 1 {
				t.Fatal(parts, err)
			}
			if err := harm(parts[0]); err != nil {
				t.Fatal(err)
			}
			set, records, err := resumed(t, specs)
			if err != nil {
				t.Fatal(err)
			}
			if len(records) != 1 {
				t.Errorf("records %q", records)
			}
			if err := set.Commit(); err != nil {
				t.Fatal(err)
			}
			wantNames(t, dir, "1", "2")
			wantContent(t, specs[0].Path, "data\x00\x00\x00\x00")
			wantContent(t, specs[1].Path, strings.Repeat("\x00", 8))
		})
	}
}

// What is no regular file is not taken over, nor followed.
func TestResumeOfStrangeFiles(t *testing.T) {
	needLocks(t)
	for _, suffix := range []string{".part", ".journal"} {
		t.Run(suffix, func(t *testing.T) {
			dir := t.TempDir()
			specs := specsIn(dir, 4, "out")
			leaveBehind(t, specs, "a")
			found, err := filepath.Glob(filepath.Join(dir, ".*"+suffix))
			if err != nil || len(found) != 1 {
				t.Fatal(found, err)
			}
			theirs := filepath.Join(dir, "theirs")
			put(t, theirs, "theirs")
			if err := os.Remove(found[0]); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(theirs, found[0]); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
			if set, _, err := resumed(t, specs); err == nil {
				_ = set.Abort()
				t.Error("a symbolic link was followed")
			}
			wantContent(t, theirs, "theirs")
		})
	}
}

// A journal cut off at any byte has the records that stand in it whole; with any bit changed, those before it.
func TestDamagedJournal(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	leaveBehind(t, specs, "first", "second")
	found, err := filepath.Glob(filepath.Join(dir, ".*.journal"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	whole, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	const headEnd, firstEnd, secondEnd = frameBytes + 4, 2*frameBytes + 9, 3*frameBytes + 15
	if len(whole) != secondEnd {
		t.Fatalf("the journal has %d bytes, want %d", len(whole), secondEnd)
	}
	all := []string{"first", "second"}
	records := func(data []byte) ([]string, error) {
		t.Helper()
		if err := os.WriteFile(found[0], data, 0o644); err != nil {
			t.Fatal(err)
		}
		set, got, err := resumed(t, specs)
		if err != nil {
			return nil, err
		}
		if set.HasJournal() {
			set.leave()
			return got, nil
		}
		// The set began anew: put the old one back.
		if err := set.Abort(); err != nil {
			t.Fatal(err)
		}
		leaveBehind(t, specs, all...)
		if found, err = filepath.Glob(filepath.Join(dir, ".*.journal")); err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		return nil, nil
	}
	for size := range len(whole) + 1 {
		var want []string
		if size >= firstEnd {
			want = all[:1]
		}
		if size == secondEnd {
			want = all
		}
		if got, err := records(whole[:size]); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d bytes: records %q, %v, want %q", size, got, err, want)
		}
	}
	for bit := range 8 * len(whole) {
		data := bytes.Clone(whole)
		data[bit/8] ^= 1 << (bit % 8)
		got, err := records(data)
		switch at := bit / 8; {
		case at < headEnd:
			// A length that reaches behind the end of the file is that of a torn head.
			if err == nil && len(got) > 0 || err != nil && !errors.Is(err, ErrJournal) {
				t.Errorf("bit %d of the head: records %q, %v", bit, got, err)
			}
		case at < firstEnd && (err != nil || len(got) > 0):
			t.Errorf("bit %d of the first record: records %q, %v", bit, got, err)
		case at >= firstEnd && (err != nil || !slices.Equal(got, all[:1])):
			t.Errorf("bit %d of the second record: records %q, %v", bit, got, err)
		}
	}
}

// What is appended after a torn record stands in its place.
func TestAppendAfterTornRecord(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	specs := specsIn(dir, 4, "out")
	leaveBehind(t, specs, "first", "second")
	found, err := filepath.Glob(filepath.Join(dir, ".*.journal"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	info, err := os.Stat(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(found[0], info.Size()-1); err != nil {
		t.Fatal(err)
	}
	set, _, err := resumed(t, specs)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Checkpoint([]byte("3")); err != nil {
		t.Fatal(err)
	}
	set.Keep()
	set, got, err := resumed(t, specs)
	if err != nil || !slices.Equal(got, []string{"first", "3"}) {
		t.Errorf("records %q, %v", got, err)
	}
	set.discard()
}

func TestRecordSizes(t *testing.T) {
	needLocks(t)
	dir := t.TempDir()
	set, err := CreateAll(specsIn(dir, 4, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Abort()
	if err := set.StartJournal(nil); !errors.Is(err, ErrJournal) || set.HasJournal() {
		t.Errorf("an empty head: %v, and a journal: %t", err, set.HasJournal())
	}
	if err := set.StartJournal([]byte("head")); err != nil {
		t.Fatal(err)
	}
	if err := set.Checkpoint(make([]byte, maxRecordBytes+1)); !errors.Is(err, ErrJournal) {
		t.Errorf("a record that is too large: %v, want ErrJournal", err)
	}
	if err := set.Checkpoint([]byte("still in order")); err != nil {
		t.Error(err)
	}
}
