package convert

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each thing that the bytes follow from changes its clause of the fingerprint, and nothing else does.
func TestFingerprint(t *testing.T) {
	model := extractSample(t)
	weights := filepath.Join(model, "model.safetensors")
	start, err := os.Stat(weights)
	if err != nil {
		t.Fatal(err)
	}
	fingerprintOf := func(build string, opts Options) *fingerprint {
		t.Helper()
		p, err := NewPlan(context.Background(), model, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		f, err := p.fingerprint(build)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	q4 := Options{Type: "q4_0"}
	own := fingerprintOf("1", q4)
	touch := func(at time.Time) {
		t.Helper()
		if err := os.Chtimes(weights, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		change func() *fingerprint
		want   string
	}{
		{"nothing", func() *fingerprint { return fingerprintOf("1", q4) }, ""},
		{"build", func() *fingerprint { return fingerprintOf("2", q4) }, "the build of nibble"},
		{"type", func() *fingerprint { return fingerprintOf("1", Options{Type: "q5_0"}) }, "the options, the configuration or the vocabulary"},
		{"name", func() *fingerprint { return fingerprintOf("1", Options{Type: "q4_0", Name: "x"}) }, "the options, the configuration or the vocabulary"},
		{"splits", func() *fingerprint { return fingerprintOf("1", Options{Type: "q4_0", SplitMaxTensors: 9}) }, "the options, the configuration or the vocabulary"},
		{"time", func() *fingerprint {
			touch(start.ModTime().Add(time.Nanosecond))
			return fingerprintOf("1", q4)
		}, `the input "model.safetensors"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(own.differences(tt.change()), ", "); got != tt.want {
				t.Errorf("differs in %q, want %q", got, tt.want)
			}
			touch(start.ModTime())
		})
	}
	if first, second := thisBuild(), thisBuild(); first == "" || first != second {
		t.Errorf("this build is named %q, and then %q", first, second)
	}
}

// A file that was changed and has its old size and time is another input too.
func TestInputIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.gguf")
	at := time.Unix(1e9, 0)
	sum := func(content string, at time.Time) string {
		t.Helper()
		if err := errors.Join(os.WriteFile(path, []byte(content), 0o644), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
		inputs, err := inputsOf(path, false)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if err := new(Plan).hashInput(h, &inputs[0]); err != nil {
			t.Fatal(err)
		}
		return string(h.Sum(nil))
	}
	own := sum("weights", at)
	if sum("weights", at) != own {
		t.Error("the same file has two identities")
	}
	for name, other := range map[string]string{
		"bytes": sum("weighty", at), "size": sum("weight", at), "time": sum("weights", at.Add(time.Nanosecond)),
	} {
		if other == own {
			t.Errorf("other %s, same identity", name)
		}
	}
}
