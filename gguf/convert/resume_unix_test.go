//go:build unix

package convert

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// The environment of a re-executed test binary that writes slowPlan in a process of its own.
const (
	slowPath    = "CONVERT_TEST_PATH"
	slowSplit   = "CONVERT_TEST_SPLIT"
	slowWorkers = "CONVERT_TEST_WORKERS"
	slowMatrix  = "CONVERT_TEST_MATRIX"
	slowResume  = "CONVERT_TEST_RESUME"
)

func TestMain(m *testing.M) {
	path := os.Getenv(slowPath)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := writeSlowly(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeSlowly does what the environment says, and prints the report without what depends on the time, and how much was
// resumed.
func writeSlowly(path string) error {
	split, err := strconv.Atoi(os.Getenv(slowSplit))
	if err != nil {
		return err
	}
	workers, err := strconv.Atoi(os.Getenv(slowWorkers))
	if err != nil {
		return err
	}
	p, err := slowPlan(split, os.Getenv(slowMatrix), 4*time.Millisecond)
	if err != nil {
		return err
	}
	opts := WriteOptions{Resume: os.Getenv(slowResume) != "", Force: true, recordEvery: 2 * time.Millisecond}
	opts.Workers, opts.Measure = workers, true
	report, err := p.WriteFile(context.Background(), path, opts)
	if err != nil {
		return err
	}
	resumed := report.Resumed
	report.Paths, report.Seconds, report.Resumed = nil, 0, 0
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		return err
	}
	_, err = fmt.Println(resumed)
	return err
}

// slowRows takes its time.
type slowRows struct {
	rows
	pause time.Duration
}

func (r slowRows) read(dst []float32, from int64, buf *scratch) error {
	time.Sleep(r.pause)
	return r.rows.read(dst, from, buf)
}

// slowPlan is a plan whose chunks take a while each; with the path of an importance matrix, of a type that weighs.
func slowPlan(split int, matrix string, pause time.Duration) (*Plan, error) {
	typ := quantize.Q4_K
	p := new(Plan)
	for i := range 48 {
		r := noise(uint32(i), int64(1+i%4), 256)
		size, err := typ.RowBytes(valueCount(r.shape()))
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("blk.%d.ffn_up.weight", i)
		p.Tensors = append(p.Tensors, Tensor{
			Name: name, entry: name, Shape: r.shape(), Source: r.dtype().String(),
			Type: typ, Wanted: typ, Bytes: size, rows: slowRows{r, pause}, precision: quantize.F32,
		})
	}
	if matrix != "" {
		m, err := imatrix.Open(matrix)
		if err != nil {
			return nil, err
		}
		if err := p.weigh(m, quantize.FileTypeQ4_K_M); err != nil {
			return nil, err
		}
	}
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	return p, p.layOut(meta, Options{SplitMaxTensors: split})
}

// writeTestMatrix writes an importance matrix for slowPlan, in the older format.
func writeTestMatrix(t *testing.T, scale float32) string {
	t.Helper()
	const entries, columns = 48, 256
	matrix := make(map[string][]float32)
	for i := range entries {
		weights := make([]float32, columns)
		for c := range weights {
			weights[c] = scale * float32((c*7+i)%13)
		}
		matrix[fmt.Sprintf("blk.%d.ffn_up.weight", i)] = weights
	}
	path := filepath.Join(t.TempDir(), "imatrix.dat")
	if err := os.WriteFile(path, matrixFile(matrix), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// slowly starts a process that writes slowPlan.
func slowly(path string, split, workers int, matrix string, resume bool) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), slowPath+"="+path, slowSplit+"="+strconv.Itoa(split),
		slowWorkers+"="+strconv.Itoa(workers), slowMatrix+"="+matrix)
	if resume {
		cmd.Env = append(cmd.Env, slowResume+"=1")
	}
	cmd.Stdout, cmd.Stderr = new(bytes.Buffer), new(bytes.Buffer)
	return cmd
}

// killedUntilDone kills processes that write path, each going on where the one before it died, until one gets to the
// end. It returns what that one prints, and how many were killed. A process dies at a random moment, most of them some
// time after they have recorded something: however slow the machine is, there is an end to it.
func killedUntilDone(t *testing.T, random *rand.Rand, path string, split, workers int, matrix string) (report, resumed string, kills int) {
	t.Helper()
	recorded := int64(0)
	for ; kills < 200; kills++ {
		cmd := slowly(path, split, workers, matrix, kills > 0) // the first one does not know that it will be resumed
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		var err error
		for running, patience := true, random.IntN(4) > 0; running; {
			select {
			case err = <-ended:
				running = false
			case <-time.After(time.Duration(random.IntN(40)) * time.Millisecond):
				if size := journalSize(filepath.Dir(path)); !patience || size > recorded {
					recorded = size
					_ = cmd.Process.Kill()
					err, running = <-ended, false
				}
			}
		}
		var exit *exec.ExitError
		switch {
		case err == nil:
			report, resumed, _ = strings.Cut(fmt.Sprint(cmd.Stdout), "\n")
			return report, strings.TrimSpace(resumed), kills
		case !errors.As(err, &exit) || exit.ExitCode() >= 0:
			t.Fatalf("after %d kills: %v: %s", kills, err, cmd.Stderr)
		}
	}
	t.Fatal("there is no end to it: nothing is resumed")
	return "", "", 0
}

// journalSize returns the size of the one journal in dir, 0 where there is none.
func journalSize(dir string) int64 {
	found, err := filepath.Glob(filepath.Join(dir, ".*.journal"))
	if err != nil || len(found) != 1 {
		return 0
	}
	info, err := os.Stat(found[0])
	if err != nil {
		return 0
	}
	return info.Size()
}

func TestKilledAndResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	matrix := writeTestMatrix(t, 1)
	resumed, kills := 0, 0
	for _, tt := range []struct {
		name           string
		split, workers int
		matrix         string
	}{
		{"one worker", 0, 1, ""},
		{"two workers, importance", 0, 2, matrix},
		{"three workers, splits", 9, 3, ""},
		{"four workers, splits, importance", 9, 4, matrix},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := slowPlan(tt.split, tt.matrix, 0)
			if err != nil {
				t.Fatal(err)
			}
			want, wantReport := undisturbed(t, p)
			dir := t.TempDir()
			path := filepath.Join(dir, "model.gguf")
			report, from, n := killedUntilDone(t, random, path, tt.split, tt.workers, tt.matrix)
			kills += n
			if from != "0" {
				resumed++
			}
			for i, got := range readAllFiles(t, p.Paths(path)) {
				if !bytes.Equal(got, want[i]) {
					t.Fatalf("file %d differs after %d kills", i, n)
				}
			}
			if report != wantReport {
				t.Errorf("after %d kills the report is\n%s, want\n%s", n, report, wantReport)
			}
			if left := entriesOf(t, dir); len(left) != len(want) {
				t.Errorf("left behind: %q", left)
			}
		})
	}
	if resumed == 0 || kills == 0 {
		t.Errorf("%d runs were resumed, %d processes killed: nothing was tested", resumed, kills)
	}
}

// While the writer of a part lives, nobody goes on from it.
func TestResumeOfTheLiving(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "model.gguf")
	cmd := slowly(path, 0, 1, "", true)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for deadline := time.Now().Add(20 * time.Second); !hasSpace(dir); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the other process never began")
		}
	}
	p, err := slowPlan(0, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.WriteFile(context.Background(), path, WriteOptions{Resume: true})
	if err == nil || !strings.Contains(err.Error(), "another process is writing it") {
		t.Errorf("error %v, want that another process is writing it", err)
	}
}

// hasSpace reports whether there is a part that has its size, which it gets after its lock.
func hasSpace(dir string) bool {
	found, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil || len(found) != 1 {
		return false
	}
	info, err := os.Stat(found[0])
	return err == nil && info.Size() > 0
}

// Another importance matrix is another run.
func TestResumeOtherImportance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.gguf")
	plan := func(scale float32) *Plan {
		p, err := slowPlan(0, writeTestMatrix(t, scale), 0)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	dir := crashed(t, plan(1), filepath.Dir(path), 11, 23)
	_, err := plan(2).WriteFile(context.Background(), filepath.Join(dir, "model.gguf"), WriteOptions{Resume: true})
	var re *ResumeError
	if !errors.As(err, &re) || strings.Join(re.Differ, ", ") != "the importance matrix" {
		t.Errorf("error %v, want a *ResumeError about the importance matrix", err)
	}
	if report := finish(t, plan(1), dir); report.Resumed == 0 {
		t.Error("with the first matrix, nothing was resumed")
	}
}
