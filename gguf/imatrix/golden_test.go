package imatrix_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/imatrix"
)

// shared is where the test data beside the repository stands.
const shared = "../../../shared"

// dump writes a matrix as testdata/*.weights have it.
func dump(t *testing.T, path string) string {
	t.Helper()
	m, err := imatrix.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var s strings.Builder
	fmt.Fprintf(&s, "chunks\t%d\n", m.Chunks)
	for _, dataset := range m.Datasets {
		fmt.Fprintf(&s, "dataset\t%s\n", dataset)
	}
	for _, name := range m.Names() {
		fmt.Fprintf(&s, "%s\t", name)
		for _, w := range weights(t, m, name) {
			fmt.Fprintf(&s, "%08x", math.Float32bits(w))
		}
		s.WriteByte('\n')
	}
	return s.String()
}

// testdata/README.md says where the weights come from.
func TestGoldenWeights(t *testing.T) {
	for _, path := range []string{"testdata/edges.dat", "testdata/edges.gguf"} {
		want, err := os.ReadFile(path + ".weights")
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(t, path); got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
	}
}

// Matrices of whole models. The hashes are of what the program of
// testdata/README.md writes.
func TestGoldenFiles(t *testing.T) {
	for path, want := range map[string]string{
		"models/imatrix.gguf":                              "6e79f24971888c21ac4fa84ef0fad2f78cbb52cf6cb2183be906bcc04e010d58",
		"golden/llama-quantize/mixtral8-f16.imatrix.dat":   "0c724b6e30868562db901b6e452a8ddb9dd514b7ad519338960c07395ad2b398",
		"golden/llama-quantize/llama-gqa4-f32.imatrix.dat": "91967da19345ca1440296b0694a18cba6b0a71257b13a32864de66f357d75781",
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			path = filepath.Join(shared, path)
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is absent", path)
			}
			sum := sha256.Sum256([]byte(dump(t, path)))
			if got := hex.EncodeToString(sum[:]); got != want {
				t.Errorf("weights hash to %s, want %s", got, want)
			}
		})
	}
}
