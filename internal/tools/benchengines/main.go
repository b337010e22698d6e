// Benchengines measures nibble where it runs, side by side and in one run: as native Go, as the WebAssembly module in
// Chromium, in Node and in wazero, and beside it npm's tokenizers in the same Chromium and the same Node. make
// bench-engines runs it.
//
// All have the same text, the same vocabulary and the same weights, and work on one core. Each task goes once through
// all engines before it comes to the first again, and the tables have the medians of these rounds, so that a machine
// that is busy for a while is so for all. What is timed is a call as a program makes it: with the text on its way in and
// the ids on their way out. All that is timed is also compared: the ids, the blocks and the converted files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
)

func main() {
	root := flag.String("root", filepath.Join("..", "..", ".."), "the repository's root `directory`")
	rounds := flag.Int("rounds", 5, "how often each task is timed")
	smoke := flag.Bool("smoke", false, "show that everything works: little of everything, and the sample model")
	answers := flag.String("answer", "", "answer tasks from standard input, with the files of a `directory`")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	runtime.GOMAXPROCS(1)
	var err error
	if *answers != "" {
		err = answer(ctx, newNative(*answers), os.Stdin, os.Stdout)
	} else {
		err = run(ctx, options{root: *root, rounds: *rounds, smoke: *smoke})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchengines:", err)
		stop()
		os.Exit(1)
	}
}

type options struct {
	root   string
	rounds int
	smoke  bool
}

func run(ctx context.Context, o options) (err error) {
	if o.smoke {
		o.rounds = 0
	}
	dir, err := filepath.Abs(filepath.Join(o.root, "bin", "engines"))
	if err != nil {
		return err
	}
	b, err := prepare(ctx, o, dir)
	if err != nil {
		return err
	}
	engines, err := start(ctx, o, b)
	defer func() {
		for _, e := range engines {
			err = errors.Join(err, e.close())
		}
	}()
	if err != nil {
		return err
	}
	r, err := measure(ctx, engines, o.rounds)
	if err != nil {
		return err
	}
	b.print(os.Stdout, r)
	return r.check()
}

// start starts the engines that there are on this machine.
func start(ctx context.Context, o options, b *bench) (engines []engine, err error) {
	engines = append(engines, newNative(b.dir))
	for _, kind := range []func(context.Context, options, *bench) (engine, error){startPlain, startWazero, startNode, startChromium} {
		e, err := kind(ctx, o, b)
		if errors.Is(err, errMissing) {
			fmt.Println("skipped:", err)
			continue
		}
		if err != nil {
			return engines, err
		}
		engines = append(engines, e)
	}
	return engines, nil
}
