//go:build linux && !purego

package quantize

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The machine has all kernels that Linux says its processor can run: without them their
// tests would pass as well.
func TestKernelsAvailable(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	flags := strings.Fields(string(info))
	has := func(flag string) bool {
		return slices.Contains(flags, flag) && !strings.Contains(os.Getenv("GODEBUG"), "cpu."+flag+"=off")
	}
	var want, got []string
	if has("avx2") {
		if has("avx512f") {
			want = append(want, "AVX-512")
		}
		want = append(want, "AVX2")
	}
	for _, k := range available {
		got = append(got, k.name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("kernels for %q, want %q", got, want)
	}
}
