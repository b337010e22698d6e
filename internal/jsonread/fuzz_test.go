package jsonread_test

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// FuzzParse holds the reader against encoding/json, which is laxer: whatever
// this package accepts, encoding/json reads to the same values. Parse and a
// Decoder that gets a byte at a time agree in all things.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{"c":{}}}`, `[]`, ` 0 `, `"` + strings.Repeat("x", 100) + `"`,
		`{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"", `[1,]`, `01`, `1e400`, `NaN`, `[[[[[[[[[[[[[[[[[[[[`, "\xef\xbb\xbf1", `{}{}`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		value, err := jsonread.Parse(data, jsonread.Options{})
		streamed, streamedErr := decode(iotest.OneByteReader(bytes.NewReader(data)))
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Errorf("%d bytes allocated", n)
		}
		if (err == nil) != (streamedErr == nil) || err != nil && err.Error() != streamedErr.Error() {
			t.Fatalf("Parse: %v; Decoder: %v", err, streamedErr)
		}
		if err != nil {
			return
		}
		if !reflect.DeepEqual(value, streamed) {
			t.Errorf("Parse: %v; Decoder: %v", value, streamed)
		}
		if !utf8.Valid(data) {
			t.Error("accepted what is not UTF-8")
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses: %v", err)
		}
		if got := plain(value); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, encoding/json %v", got, want)
		}
	})
}

func decode(r io.Reader) (jsonread.Value, error) {
	d := jsonread.NewDecoder(r, jsonread.Options{})
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	return v, d.End()
}

// plain returns v in the types of encoding/json.
func plain(v jsonread.Value) any {
	switch v := v.(type) {
	case jsonread.Number:
		return json.Number(v)
	case jsonread.Array:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case *jsonread.Object:
		m := make(map[string]any)
		for key, value := range v.All() {
			m[key] = plain(value)
		}
		return m
	}
	return v
}

func BenchmarkSkip(b *testing.B) {
	var doc bytes.Buffer
	doc.WriteString(`{"vocab":{`)
	for i := range 100_000 {
		if i > 0 {
			doc.WriteByte(',')
		}
		doc.WriteString("\n      \"tok\u0120en" + strings.Repeat("n", i%7) + string(rune('a'+i%26)) + strconv.Itoa(i) + `": ` + strconv.Itoa(i))
	}
	doc.WriteString("}}")
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if err := skipAll(bytes.NewReader(doc.Bytes()), jsonread.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
