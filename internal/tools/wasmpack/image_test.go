package wasmpack

import "testing"

func TestCutSkipsLongRunsOfZeros(t *testing.T) {
	m := make(image, 1000)
	m[3], m[3+minGap], m[3+2*minGap+1] = 1, 2, 3
	got := cut(m)
	want := []segment{{3, m[3 : 4+minGap]}, {4 + 2*minGap, m[4+2*minGap : 5+2*minGap]}}
	if len(got) != len(want) {
		t.Fatalf("got %d segments, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i].at != want[i].at || len(got[i].data) != len(want[i].data) {
			t.Errorf("segment %d is %d bytes at %d, want %d at %d", i, len(got[i].data), got[i].at, len(want[i].data), want[i].at)
		}
	}
}
