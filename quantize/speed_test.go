package quantize

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/nibble-go/nibble/internal/golden"
	"github.com/nibble-go/nibble/internal/half"
)

var speedTime = flag.Duration("speed.time", 0, "measure every encoder and decoder for so long, and print a table")

// A speedRun encodes or decodes one of benchmarkRows rows.
type speedRun func(row int)

// TestSpeed prints what README has: million values a second of every encoder and decoder
// on one core, by each implementation that the machine has. They run in turn, and the
// fastest run of each counts, which other work on the machine disturbs least.
func TestSpeed(t *testing.T) {
	if *speedTime == 0 {
		t.Skip("-speed.time says for how long: make bench-quantize does")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	names := []string{"plain Go"}
	for _, k := range slices.Backward(available) {
		names = append(names, k.name)
	}
	fmt.Printf("Million values a second on one core of %s, and times the plain Go.\n\n", processor())
	for _, table := range []struct {
		name string
		runs func(typ Type, x []float32) []speedRun
	}{
		{"encode", func(typ Type, x []float32) []speedRun { return encodeRuns(typ, x, nil) }},
		{"encode, with importance", func(typ Type, x []float32) []speedRun {
			return encodeRuns(typ, x, golden.Importance(1, benchmarkColumns))
		}},
		{"decode", decodeRuns},
	} {
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
		fmt.Fprintf(w, "| %s\t| %s\t|\n|%s\n", table.name, strings.Join(names, "\t| "), strings.Repeat("---\t|", 1+len(names)))
		for _, typ := range Types() {
			runs := table.runs(typ, golden.Input("bell", 1, benchmarkRows*benchmarkColumns))
			if runs == nil {
				continue
			}
			fmt.Fprintf(w, "| %v", typ)
			speeds := measure(runs)
			for i, speed := range speeds {
				fmt.Fprint(w, "\t| ", threeDigits(speed))
				if i > 0 {
					fmt.Fprintf(w, " (%sx)", threeDigits(speed/speeds[0]))
				}
			}
			fmt.Fprint(w, strings.Repeat("\t| ", len(names)-len(speeds)), "\t|\n")
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		fmt.Println()
	}
}

// encodeRuns returns what encodes a row of x, by plain Go and by each implementation from the
// slowest on that serves the type; nil if the type has no such encoder.
func encodeRuns(typ Type, x, importance []float32) []speedRun {
	c := codecOf(typ)
	without := importanceRequired
	if importance != nil {
		without = importanceIgnored
	}
	if c.encode == nil || c.weighted == without {
		return nil
	}
	dst := make([]byte, benchmarkColumns/typ.BlockSize()*typ.BlockBytes())
	encoders := []encodeFunc{c.encode}
	for _, k := range slices.Backward(available) {
		if encode := k.encoders()[typ]; encode != nil {
			encoders = append(encoders, encode)
		}
	}
	if halves, ok := halfSpeeds[typ]; ok { // their kernels are called by the plain code
		encoders[0] = func(dst []byte, x, _ []float32) { halves.encode(dst, x) }
		for _, k := range slices.Backward(available) {
			encoders = append(encoders, func(dst []byte, x, _ []float32) { halves.narrow(k)(&dst[0], &x[0], len(x)/16) })
		}
	}
	runs := make([]speedRun, len(encoders))
	for i, encode := range encoders {
		runs[i] = func(row int) { encode(dst, x[benchmarkColumns*row:][:benchmarkColumns], importance) }
	}
	return runs
}

// decodeRuns is the same for decoders.
func decodeRuns(typ Type, x []float32) []speedRun {
	decoders := []decodeFunc{codecOf(typ).decode}
	if decoders[0] == nil {
		return nil
	}
	for _, k := range slices.Backward(available) {
		if decode := k.decoders()[typ]; decode != nil {
			decoders = append(decoders, decode)
		}
	}
	if halves, ok := halfSpeeds[typ]; ok {
		decoders[0] = halves.decode
		for _, k := range slices.Backward(available) {
			decoders = append(decoders, func(dst []float32, src []byte) { halves.widen(k)(&dst[0], &src[0], len(dst)/16) })
		}
	}
	src := make([]byte, len(x)/typ.BlockSize()*typ.BlockBytes())
	for i := range src {
		src[i] = byte(i * 37)
	}
	dst, size := make([]float32, benchmarkColumns), len(src)/benchmarkRows
	runs := make([]speedRun, len(decoders))
	for i, decode := range decoders {
		runs[i] = func(row int) { decode(dst, src[size*row:][:size]) }
	}
	return runs
}

// halfSpeeds are the plain conversions of half floats, and the kernels.
var halfSpeeds = map[Type]struct {
	encode func(dst []byte, x []float32)
	decode func(dst []float32, src []byte)
	narrow func(k *kernels) func(dst *byte, src *float32, n int)
	widen  func(k *kernels) func(dst *float32, src *byte, n int)
}{
	F16: {
		half.EncodeF16, half.DecodeF16,
		func(k *kernels) func(dst *byte, src *float32, n int) { return k.narrowF16 },
		func(k *kernels) func(dst *float32, src *byte, n int) { return k.widenF16 },
	},
	BF16: {
		half.EncodeBF16, half.DecodeBF16,
		func(k *kernels) func(dst *byte, src *float32, n int) { return k.narrowBF16 },
		func(k *kernels) func(dst *float32, src *byte, n int) { return k.widenBF16 },
	},
}

// measure returns million values a second of runs. It lets them run in turn, for about
// half a millisecond at a time.
func measure(runs []speedRun) []float64 {
	best := slices.Repeat([]time.Duration{math.MaxInt64}, len(runs))
	rows := slices.Repeat([]int{1}, len(runs))
	start := time.Now()
	for turn := 0; turn < 3 || time.Since(start) < *speedTime; turn++ {
		for i, run := range runs {
			begin := time.Now()
			for row := range rows[i] {
				run((turn + row) % benchmarkRows)
			}
			took := time.Since(begin)
			best[i] = min(best[i], took/time.Duration(rows[i]))
			if took < time.Millisecond/4 {
				rows[i] *= 2
			}
		}
	}
	speeds := make([]float64, len(runs))
	for i, d := range best {
		speeds[i] = benchmarkColumns / d.Seconds() / 1e6
	}
	return speeds
}

// threeDigits formats f with three digits, or with all before the point if they are more.
func threeDigits(f float64) string {
	digits := 2
	for limit := 10.; digits > 0 && f >= limit; limit *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f", digits, f)
}

// processor returns what the processor calls itself, or its architecture.
func processor() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	_, name, _ := strings.Cut(string(data), "model name")
	name, _, _ = strings.Cut(name, "\n")
	return cmp.Or(strings.Trim(name, "\t :"), runtime.GOARCH)
}
