package tiktoken

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

func TestReadRanks(t *testing.T) {
	for name, file := range map[string]string{
		"as written":      "IQ== 0\nIg== 1\nISI= 5\n",
		"no last newline": "IQ== 0\nIg== 1\nISI= 5",
		"CRLF":            "IQ== 0\r\nIg== 1\r\nISI= 5\r\n",
		"empty lines":     "\nIQ== 0\n\nIg== 1\r\n\r\nISI= 5\n\n",
		"out of order":    "ISI= 5\nIQ== 0\nIg== 1\n",
	} {
		got, err := ReadRanks(iotest.OneByteReader(strings.NewReader(file)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(got.Tokens, []string{"!", `"`, `!"`}) || !slices.Equal(got.Ranks, []uint32{0, 1, 5}) {
			t.Errorf("%s: %q %d", name, got.Tokens, got.Ranks)
		}
	}
}

func TestReadRanksRefuses(t *testing.T) {
	long := base64.StdEncoding.EncodeToString(make([]byte, maxTokenBytes+1))
	for _, c := range []struct {
		name, file string
		want       error
		text       string
	}{
		{"empty", "", config.ErrFormat, "line 1: no token"},
		{"blank", "\n\r\n", config.ErrFormat, "line 1: no token"},
		{"no space", "IQ== 0\nIg==1\n", config.ErrFormat, `line 2: not a token in base64, a space and a rank: "Ig==1"`},
		{"tab", "IQ==\t0\n", config.ErrFormat, `line 1: not a token in base64`},
		{"no rank", "IQ== \n", config.ErrFormat, `line 1: rank "" is not a number`},
		{"two spaces", "IQ==  0\n", config.ErrFormat, `line 1: rank " 0" is not a number`},
		{"space behind", "IQ== 0 \n", config.ErrFormat, `line 1: rank "0 " is not a number`},
		{"CR alone", "IQ== 0\rIg== 1\n", config.ErrFormat, `line 1: rank "0\rIg== 1" is not a number`},
		{"sign", "IQ== +1\n", config.ErrFormat, `line 1: rank "+1" is not a number`},
		{"leading zero", "IQ== 01\n", config.ErrFormat, `line 1: rank "01" is not a number`},
		{"hexadecimal", "IQ== 0x1\n", config.ErrFormat, `line 1: rank "0x1" is not a number`},
		{"large rank", "IQ== 4194303\nIg== 4194304\n", config.ErrUnsupported, `line 2: rank "4194304" is above 4194303`},
		{"huge rank", "IQ== 18446744073709551617\n", config.ErrUnsupported, "line 1: rank"},
		{"bad base64", "IQ== 0\nI!== 1\n", config.ErrFormat, `line 2: token "I!==" is not base64`},
		{"no padding", "IQ 0\n", config.ErrFormat, `line 1: token "IQ" is not base64`},
		{"bits in padding", "IR== 0\n", config.ErrFormat, `line 1: token "IR==" is not base64`},
		{"URL alphabet", "-_== 0\n", config.ErrFormat, `is not base64`},
		{"CR in token", "I\rQ== 0\n", config.ErrFormat, `is not base64`},
		{"empty token", " 0\n", config.ErrFormat, "line 1: an empty token"},
		{"rank twice", "IQ== 0\nIg== 0\n", config.ErrFormat, "line 2: rank 0 is another token's"},
		{"token twice", "IQ== 0\nIg== 1\nIQ== 2\n", config.ErrFormat, `line 3: token "!" is there twice`},
		{"long token", long + " 0\n", config.ErrUnsupported, "line 1: a token of more than 4096 bytes"},
		{"long line", strings.Repeat("A", windowBytes) + " 0\n", config.ErrUnsupported, "line 1: a line of more than 65536 bytes"},
		{"SentencePiece", "\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00\x18\x02\n\x0c", config.ErrFormat, "line 2: not a token in base64"},
	} {
		_, err := ReadRanks(strings.NewReader(c.file))
		var located *Error
		if !errors.Is(err, c.want) || !errors.As(err, &located) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %q", c.name, err, c.text)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadRanks(iotest.ErrReader(broken)); err != broken {
		t.Errorf("a failing read: %v", err)
	}
}

// TestReadRanksKeepsAll: what is written is read, whatever the tokens are.
func TestReadRanksKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOfDistinct(rapid.SliceOfN(rapid.Byte(), 1, 40), func(b []byte) string { return string(b) }).Draw(t, "tokens")
		if len(tokens) == 0 {
			return
		}
		var file strings.Builder
		rank := rapid.IntRange(0, 3).Draw(t, "first")
		var want Ranks
		for _, token := range tokens {
			fmt.Fprintf(&file, "%s %d\n", base64.StdEncoding.EncodeToString(token), rank)
			want.Tokens, want.Ranks = append(want.Tokens, string(token)), append(want.Ranks, uint32(rank))
			rank += rapid.IntRange(1, 3).Draw(t, "step")
		}
		got, err := ReadRanks(strings.NewReader(file.String()))
		if err != nil || !slices.Equal(got.Tokens, want.Tokens) || !slices.Equal(got.Ranks, want.Ranks) {
			t.Fatalf("%v: %v %v", err, got, want)
		}
	})
}

func FuzzReadRanks(f *testing.F) {
	f.Add("IQ== 0\nIg== 1\nISI= 5\n")
	f.Add("IQ== 0\r\n\r\nIg== 4194303")
	f.Add("IQ== 0\nIQ== 1")
	f.Fuzz(func(t *testing.T, file string) {
		r, err := ReadRanks(strings.NewReader(file))
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Line < 1 {
				t.Fatalf("%v", err)
			}
			return
		}
		seen := map[string]bool{}
		for i, token := range r.Tokens {
			if token == "" || seen[token] || i > 0 && r.Ranks[i] <= r.Ranks[i-1] || r.Ranks[i] > maxID {
				t.Fatalf("token %d: %q, rank %d", i, token, r.Ranks[i])
			}
			seen[token] = true
		}
		if _, err := Recognize("x.tiktoken", r, nil); err == nil {
			t.Fatal("recognized")
		}
	})
}

func BenchmarkReadRanks(b *testing.B) {
	data := sharedFile(b, "kitoken/models/tiktoken/cl100k_base.tiktoken")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadRanks(strings.NewReader(string(data))); err != nil {
			b.Fatal(err)
		}
	}
}
