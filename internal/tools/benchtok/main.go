// Benchtok measures how fast tokenizers encode, side by side: nibble and two Go
// libraries in this process, and, where they are there, npm's and PyPI's in
// processes of their own, all on one core, with the same texts and the same
// vocabularies. make bench-tokenize runs it.
//
// Cold is the first text of a fresh tokenizer, without the time that loading
// takes; warm is the same text again. Each number is the median of several
// runs.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	dir := flag.String("dir", filepath.Join("bin", "bench"), "directory for texts and vocabularies")
	node := flag.String("node", "", "node with gpt-tokenizer and tokenizers in `DIR`/node_modules; \"\": without npm's")
	python := flag.String("python", "", "python `interpreter` with tokenizers, tiktoken or sentencepiece; \"\": without PyPI's")
	seconds := flag.Float64("seconds", 1, "how long to measure each number, at least three runs")
	only := flag.String("vocabulary", "", "measure this vocabulary alone")
	flag.Parse()

	runtime.GOMAXPROCS(1)
	if err := run(*dir, *node, *python, *only, *seconds); err != nil {
		fmt.Fprintln(os.Stderr, "benchtok:", err)
		os.Exit(1)
	}
}

func run(dir, node, python, only string, seconds float64) error {
	b, err := prepare(dir)
	if err != nil {
		return err
	}
	b.Seconds = seconds
	if only != "" {
		b.Vocabularies = slices.DeleteFunc(b.Vocabularies, func(v vocabulary) bool { return v.Name != only })
	}
	fmt.Printf("%s, one core; MB/s, and how many times as fast nibble is\n", processor())
	results, err := b.measure()
	if err != nil {
		return err
	}
	manifest, err := b.save(dir)
	if err != nil {
		return err
	}
	for _, peer := range []struct{ name, program, script string }{{"npm", node, "peers.mjs"}, {"PyPI", python, "peers.py"}} {
		if peer.program == "" {
			fmt.Printf("%s's tokenizers: skipped, not installed\n", peer.name)
			continue
		}
		more, err := runPeer(peer.program, peer.script, manifest)
		if err != nil {
			return fmt.Errorf("%s: %w", peer.script, err)
		}
		results = append(results, more...)
	}
	b.print(results)
	return nil
}

// A result is a number of the table.
type result struct {
	engine, vocabulary, text string
	warm                     bool
	rate                     float64 // MB/s
	tokens                   int
}

// measure measures the engines of this process.
func (b *bench) measure() ([]result, error) {
	var results []result
	for _, v := range b.Vocabularies {
		for _, e := range engines {
			if !e.reads(v) {
				continue
			}
			for _, t := range b.Texts {
				cold, warm, tokens, err := b.speed(e, v, t)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", e.name, v.Name, err)
				}
				results = append(results,
					result{e.name, v.Name, t.Name, false, cold, tokens},
					result{e.name, v.Name, t.Name, true, warm, tokens})
			}
		}
	}
	return results, nil
}

// speed returns the rates of an engine on a text, cold and warm.
func (b *bench) speed(e engine, v vocabulary, t text) (cold, warm float64, tokens int, err error) {
	var encode func(string) (int, error)
	timed := func() (time.Duration, error) {
		start := time.Now()
		tokens, err = encode(t.data)
		return time.Since(start), err
	}
	cold, err = b.median(len(t.data), func() (time.Duration, error) {
		if encode, err = e.open(v); err != nil {
			return 0, err
		}
		runtime.GC() // what loading left is not the text's to pay for
		return timed()
	})
	if err == nil {
		warm, err = b.median(len(t.data), timed)
	}
	return cold, warm, tokens, err
}

// median returns the median rate of some runs over a text.
func (b *bench) median(bytes int, run func() (time.Duration, error)) (float64, error) {
	var times []time.Duration
	for sum := time.Duration(0); len(times) < 3 || sum.Seconds() < b.Seconds && len(times) < 1000; {
		took, err := run()
		if err != nil {
			return 0, err
		}
		times, sum = append(times, took), sum+took
	}
	slices.Sort(times)
	return float64(bytes) / times[len(times)/2].Seconds() / 1e6, nil
}

// save writes the manifest that the other processes work by.
func (b *bench) save(dir string) (string, error) {
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "manifest.json")
	return path, os.WriteFile(path, append(data, '\n'), 0o644)
}

// runPeer runs a script, which prints lines of tab-separated results.
func runPeer(program, script, manifest string) ([]result, error) {
	_, here, _, _ := runtime.Caller(0)
	cmd := exec.Command(program, filepath.Join(filepath.Dir(here), script), manifest)
	cmd.Env = append(os.Environ(), "RAYON_NUM_THREADS=1", "TOKENIZERS_PARALLELISM=false", "OMP_NUM_THREADS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var results []result
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		f := strings.Split(lines.Text(), "\t")
		if len(f) != 6 { // what the script has to say beside
			fmt.Println(lines.Text())
			continue
		}
		rate, err := strconv.ParseFloat(f[4], 64)
		if err != nil {
			return nil, err
		}
		tokens, err := strconv.Atoi(f[5])
		if err != nil {
			return nil, err
		}
		results = append(results, result{f[0], f[1], f[2], f[3] == "warm", rate, tokens})
	}
	return results, nil
}

// print prints a line for each engine and vocabulary, a column for each text,
// cold and warm.
func (b *bench) print(results []result) {
	find := func(engine, vocabulary, text string, warm bool) (result, bool) {
		i := slices.IndexFunc(results, func(r result) bool {
			return r.engine == engine && r.vocabulary == vocabulary && r.text == text && r.warm == warm
		})
		if i < 0 {
			return result{}, false
		}
		return results[i], true
	}
	var names []string
	for _, r := range results {
		if !slices.Contains(names, r.engine) {
			names = append(names, r.engine)
		}
	}
	fmt.Printf("\n%-12s%-26s", "", "")
	for _, t := range b.Texts {
		for _, mode := range []string{"cold", "warm"} {
			fmt.Printf("%16s", t.Name+" "+mode)
		}
	}
	fmt.Println()
	differ := false
	for _, v := range b.Vocabularies {
		for _, name := range names {
			line := fmt.Sprintf("%-12s%-26s", v.Name, name)
			any := false
			for _, t := range b.Texts {
				for _, warm := range []bool{false, true} {
					r, ok := find(name, v.Name, t.Name, warm)
					if !ok {
						line += fmt.Sprintf("%16s", "")
						continue
					}
					any = true
					cell := fmt.Sprintf("%.1f", r.rate)
					if ours, ok := find(nibble, v.Name, t.Name, warm); ok && name != nibble {
						cell += fmt.Sprintf(" %.1fx", ours.rate/r.rate)
						if ours.tokens != r.tokens {
							cell, differ = cell+"*", true
						}
					}
					line += fmt.Sprintf("%16s", cell)
				}
			}
			if any {
				fmt.Println(line)
			}
		}
	}
	if differ {
		fmt.Println("* not as many tokens as nibble")
	}
}

// processor returns the processor's name, where the system says it.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name\t: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}
