package jsonread_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// skipAll reads a document through a Decoder, keeping nothing.
func skipAll(r io.Reader, opts jsonread.Options) error {
	d := jsonread.NewDecoder(r, opts)
	if err := d.Skip(); err != nil {
		return err
	}
	return d.End()
}

func TestFaults(t *testing.T) {
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	tests := []struct {
		name, doc string
		want      error
		message   string
	}{
		{"empty", "", jsonread.ErrTruncated, "line 1, column 1 (offset 0): JSON ends early"},
		{"white space", " \n\t ", jsonread.ErrTruncated, "line 2, column 3 (offset 4): JSON ends early"},
		{"open object", "{", jsonread.ErrTruncated, "line 1, column 2 (offset 1): JSON ends early"},
		{"open array", `[1,`, jsonread.ErrTruncated, "line 1, column 4 (offset 3): JSON ends early"},
		{"open string", `{"a":"b`, jsonread.ErrTruncated, "line 1, column 8 (offset 7): a: JSON ends early"},
		{"open escape", `["\`, jsonread.ErrTruncated, "line 1, column 4 (offset 3): [0]: JSON ends early"},
		{"half a word", `tru`, jsonread.ErrTruncated, "line 1, column 4 (offset 3): JSON ends early"},
		{"no value", `{"a":}`, jsonread.ErrSyntax, "line 1, column 6 (offset 5): a: invalid JSON: want a value, found '}'"},
		{"no colon", `{"a" 1}`, jsonread.ErrSyntax, "line 1, column 6 (offset 5): invalid JSON: want ':', found '1'"},
		{"no comma", "{\"a\":1\n\"b\":2}", jsonread.ErrSyntax, "line 2, column 1 (offset 7): invalid JSON: want ',' or '}', found '\"'"},
		{"comma at the end", `[1,]`, jsonread.ErrSyntax, "line 1, column 4 (offset 3): invalid JSON: want a value behind the comma, found ']'"},
		{"comma at the end of an object", `{"a":1,}`, jsonread.ErrSyntax, "line 1, column 8 (offset 7): invalid JSON: want a value behind the comma, found '}'"},
		{"wrong bracket", `[1}`, jsonread.ErrSyntax, "line 1, column 3 (offset 2): invalid JSON: want ',' or ']', found '}'"},
		{"number as key", `{1:2}`, jsonread.ErrSyntax, "line 1, column 2 (offset 1): invalid JSON: want a key, found '1'"},
		{"single quotes", `{'a':2}`, jsonread.ErrSyntax, `line 1, column 2 (offset 1): invalid JSON: want a key, found '\''`},
		{"misspelt word", `[nul]`, jsonread.ErrSyntax, "line 1, column 2 (offset 1): [0]: invalid JSON: want null"},
		{"comment", "1 // one", jsonread.ErrTrailing, "line 1, column 3 (offset 2): data after the JSON value"},
		{"second value", "{}\n{}", jsonread.ErrTrailing, "line 2, column 1 (offset 3): data after the JSON value"},
		{"NUL behind", "{}\x00", jsonread.ErrTrailing, "line 1, column 3 (offset 2): data after the JSON value"},
		{"byte order mark", "\xEF\xBB\xBF{}", jsonread.ErrSyntax, "line 1, column 1 (offset 0): invalid JSON: want a value, found a byte order mark"},
		{"byte outside a string", "\xff", jsonread.ErrSyntax, "line 1, column 1 (offset 0): invalid JSON: want a value, found byte 0xff"},
		{"duplicate key", `{"a":1,"b":2,"a":1}`, jsonread.ErrDuplicate, `line 1, column 18 (offset 17): a: duplicate key: "a"`},
		{"duplicate by escape", `{"x":{"a":1,"\u0061":1}}`, jsonread.ErrDuplicate, `line 1, column 22 (offset 21): x.a: duplicate key: "a"`},
		{"depth", deep, jsonread.ErrDepth, "line 1, column 65 (offset 64): " + strings.Repeat("[0]", 64) + ": JSON nested too deeply"},
		{"not UTF-8", "[\"a\",\"b\xffc\"]", jsonread.ErrUTF8, "line 1, column 8 (offset 7): [1]: invalid UTF-8"},
		{"key not UTF-8", "{\"\xc3\":1}", jsonread.ErrUTF8, "line 1, column 3 (offset 2): invalid UTF-8"},
		{"encoded surrogate", "\"\xed\xa0\x80\"", jsonread.ErrUTF8, "line 1, column 2 (offset 1): invalid UTF-8"},
		{"high surrogate alone", `"a\ud800"`, jsonread.ErrSurrogate, "line 1, column 3 (offset 2): half of a surrogate pair"},
		{"low surrogate alone", `"\udc00\ud800"`, jsonread.ErrSurrogate, "line 1, column 2 (offset 1): half of a surrogate pair"},
		{"high surrogate, then a letter", `"\ud800\u0041"`, jsonread.ErrSurrogate, "line 1, column 2 (offset 1): half of a surrogate pair"},
		{"short escape", `"\u12"`, jsonread.ErrSyntax, `line 1, column 2 (offset 1): invalid JSON: \u without four hexadecimal digits`},
		{"unknown escape", `"\x41"`, jsonread.ErrSyntax, `line 1, column 2 (offset 1): invalid JSON: unknown escape \'x'`},
		{"newline in a string", "\"a\nb\"", jsonread.ErrSyntax, "line 1, column 3 (offset 2): invalid JSON: control character in a string"},
		{"leading zero", `[01]`, jsonread.ErrSyntax, `line 1, column 2 (offset 1): [0]: invalid JSON: "01" is not a number`},
		{"plus sign", `+1`, jsonread.ErrSyntax, "line 1, column 1 (offset 0): invalid JSON: want a value, found '+'"},
		{"bare minus", `-`, jsonread.ErrSyntax, `line 1, column 1 (offset 0): invalid JSON: "-" is not a number`},
		{"no digits behind the point", `1.`, jsonread.ErrSyntax, `line 1, column 1 (offset 0): invalid JSON: "1." is not a number`},
		{"no digits in the exponent", `1e+`, jsonread.ErrSyntax, `line 1, column 1 (offset 0): invalid JSON: "1e+" is not a number`},
		{"not a number", `NaN`, jsonread.ErrSyntax, "line 1, column 1 (offset 0): invalid JSON: want a value, found 'N'"},
		{"endless number", strings.Repeat("1", 1025), jsonread.ErrSize, "line 1, column 1 (offset 0): JSON too large: a number of more than 1024 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, parsed := jsonread.Parse([]byte(test.doc), jsonread.Options{})
			streamed := skipAll(iotest.OneByteReader(strings.NewReader(test.doc)), jsonread.Options{})
			for _, err := range []error{parsed, streamed} {
				var e *jsonread.Error
				if !errors.Is(err, test.want) || !errors.As(err, &e) {
					t.Fatalf("got %v, want an Error that wraps %q", err, test.want)
				}
				if got := err.Error(); got != test.message {
					t.Errorf("got  %s\nwant %s", got, test.message)
				}
			}
		})
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, doc string
		opts      jsonread.Options
		want      error // nil: accepted
	}{
		{"depth at the limit", strings.Repeat("[", 64) + strings.Repeat("]", 64), jsonread.Options{}, nil},
		{"depth of two", `[[]]`, jsonread.Options{MaxDepth: 2}, nil},
		{"depth beyond two", `[[{}]]`, jsonread.Options{MaxDepth: 2}, jsonread.ErrDepth},
		{"brackets side by side", `[[],[],[],{}]`, jsonread.Options{MaxDepth: 2}, nil},
		{"bytes at the limit", `[1]`, jsonread.Options{MaxBytes: 3}, nil},
		{"bytes beyond the limit", `[1] `, jsonread.Options{MaxBytes: 3}, jsonread.ErrSize},
		{"string at the limit", `"abc"`, jsonread.Options{MaxString: 3}, nil},
		{"string beyond the limit", `"abcd"`, jsonread.Options{MaxString: 3}, jsonread.ErrSize},
		{"key beyond the limit", `{"abcd":1}`, jsonread.Options{MaxString: 3}, jsonread.ErrSize},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, parsed := jsonread.Parse([]byte(test.doc), test.opts)
			streamed := skipAll(strings.NewReader(test.doc), test.opts)
			if !errors.Is(parsed, test.want) || !errors.Is(streamed, test.want) {
				t.Errorf("Parse: %v; Decoder: %v; want %v", parsed, streamed, test.want)
			}
		})
	}
	if _, err := jsonread.Parse([]byte(`[1,2]`), jsonread.Options{MaxValues: 2}); !errors.Is(err, jsonread.ErrSize) {
		t.Errorf("three values where two are allowed: %v", err)
	}
	if err := skipAll(strings.NewReader(`{"a":1,"b":1,"c":1}`), jsonread.Options{MaxValues: 2}); !errors.Is(err, jsonread.ErrSize) {
		t.Errorf("three members where two are allowed: %v", err)
	}
	if _, err := jsonread.Parse([]byte(`[1,2]`), jsonread.Options{MaxValues: 3}); err != nil {
		t.Errorf("three values where three are allowed: %v", err)
	}
}

// A string that is longer than the first window makes it grow, and everything
// around it still reads the same, however the bytes arrive.
func TestWindow(t *testing.T) {
	long := strings.Repeat("0123456789", 30_000)
	doc := "{\n \"long\": \"" + long + "\", \"list\": [ 12345, -1.5e3, true,false , null ],\n \"\\u00e9\\ud83d\\ude00\": \"\\n\" }\n"
	readers := map[string]io.Reader{
		"whole":    strings.NewReader(doc),
		"halves":   iotest.HalfReader(strings.NewReader(doc)),
		"bytes":    iotest.OneByteReader(strings.NewReader(doc)),
		"data+EOF": iotest.DataErrReader(strings.NewReader(doc)),
	}
	for name, r := range readers {
		t.Run(name, func(t *testing.T) {
			d := jsonread.NewDecoder(r, jsonread.Options{})
			v, err := d.ReadValue()
			if err != nil {
				t.Fatal(err)
			}
			if err := d.End(); err != nil {
				t.Fatal(err)
			}
			o := v.(*jsonread.Object)
			if s, _ := o.String("long"); s != long {
				t.Errorf("long string: %d bytes, want %d", len(s), len(long))
			}
			if s, _ := o.String("é😀"); s != "\n" {
				t.Errorf("escaped key: %q", s)
			}
			list, _ := o.Array("list")
			want := jsonread.Array{jsonread.Number("12345"), jsonread.Number("-1.5e3"), true, false, nil}
			if len(list) != len(want) {
				t.Fatalf("list: %v", list)
			}
			for i := range want {
				if list[i] != want[i] {
					t.Errorf("list[%d] = %v, want %v", i, list[i], want[i])
				}
			}
		})
	}
}

// The place of an error does not depend on where the window stands.
func TestPlaceBehindTheWindow(t *testing.T) {
	doc := "[\n" + strings.Repeat("  \"0123456789\",\n", 20_000) + "  truth]"
	err := skipAll(strings.NewReader(doc), jsonread.Options{})
	var e *jsonread.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.Line != 20_002 || e.Column != 3 || e.Offset != int64(strings.Index(doc, "truth")) || e.Path != "[20000]" {
		t.Errorf("%+v", e)
	}
}

func TestReadFailure(t *testing.T) {
	failure := errors.New("device is gone")
	for _, doc := range []string{``, `{"a":`, `{"a":"b`, `[1,2`, `[tr`, `[1] `} {
		err := skipAll(io.MultiReader(strings.NewReader(doc), iotest.ErrReader(failure)), jsonread.Options{})
		if err != failure { // it must come back as it is
			t.Errorf("%q: got %v, want the reader's error as it is", doc, err)
		}
	}
	err := skipAll(stuckReader{}, jsonread.Options{})
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("reader that gives nothing: %v", err)
	}
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

func TestErrorsOfTheCaller(t *testing.T) {
	odd := errors.New("odd")
	d := jsonread.NewDecoder(strings.NewReader("{\"model\":\n{\"sizes\":[2, 3]}}"), jsonread.Options{})
	err := d.ReadObject(func(string) error {
		return d.ReadObject(func(string) error {
			return d.ReadArray(func(int) error {
				if n, err := d.ReadInt(); err != nil || n%2 == 0 {
					return err
				}
				return odd
			})
		})
	})
	if !errors.Is(err, odd) || err.Error() != "line 2, column 14 (offset 23): model.sizes[1]: odd" {
		t.Errorf("got %v", err)
	}
}

func TestTypes(t *testing.T) {
	read := map[string]func(*jsonread.Decoder) error{
		"a boolean": func(d *jsonread.Decoder) error { _, err := d.ReadBool(); return err },
		"a number":  func(d *jsonread.Decoder) error { _, err := d.ReadFloat(); return err },
		"a string":  func(d *jsonread.Decoder) error { _, err := d.ReadString(); return err },
		"an array":  func(d *jsonread.Decoder) error { return d.ReadArray(func(int) error { return d.Skip() }) },
		"an object": func(d *jsonread.Decoder) error { return d.ReadObject(func(string) error { return d.Skip() }) },
	}
	docs := map[string]string{
		"a boolean": "true", "a number": "-0.5e-7", "a string": `"s"`, "an array": "[1]", "an object": `{"a":1}`, "null": "null",
	}
	for want, f := range read {
		for found, doc := range docs {
			err := f(jsonread.NewDecoder(strings.NewReader(doc), jsonread.Options{}))
			if want == found {
				if err != nil {
					t.Errorf("%s: %v", doc, err)
				}
				continue
			}
			message := "want " + want + ", found " + found
			if !errors.Is(err, jsonread.ErrType) || !strings.HasSuffix(err.Error(), message) {
				t.Errorf("%s: got %v, want %q", doc, err, message)
			}
		}
	}
	for doc, want := range map[string]bool{"null": true, "0": false, `"null"`: false} {
		if null, err := jsonread.NewDecoder(strings.NewReader(doc), jsonread.Options{}).ReadNull(); null != want || err != nil {
			t.Errorf("ReadNull of %s: %v, %v", doc, null, err)
		}
	}
}

func TestReadInt(t *testing.T) {
	for doc, want := range map[string]int64{"0": 0, "-0": 0, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63} {
		if n, err := jsonread.NewDecoder(strings.NewReader(doc), jsonread.Options{}).ReadInt(); n != want || err != nil {
			t.Errorf("%s: %d, %v", doc, n, err)
		}
	}
	for _, doc := range []string{"1.0", "1e3", "9223372036854775808", "18446744073709551616"} {
		if _, err := jsonread.NewDecoder(strings.NewReader(doc), jsonread.Options{}).ReadInt(); !errors.Is(err, jsonread.ErrRange) {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

// A document of one class of bytes costs its window, not a multiple.
func TestMemory(t *testing.T) {
	docs := map[string][]byte{
		"open brackets": bytes.Repeat([]byte("["), 32<<20),
		"one string":    append([]byte(`"`), bytes.Repeat([]byte("s"), 32<<20)...),
		"one number":    bytes.Repeat([]byte("1"), 32<<20),
		"empty arrays":  append([]byte("["), bytes.Repeat([]byte("[],"), 8<<20)...),
		"one key often": append([]byte("{"), bytes.Repeat([]byte(`"k":0,`), 4<<20)...),
	}
	for name, doc := range docs {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := jsonread.NewDecoder(bytes.NewReader(doc), jsonread.Options{}).ReadValue()
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("accepted")
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
				t.Errorf("%d bytes allocated", n)
			}
		})
	}
}
