package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A process is an engine of another process: it gets a task on a line and answers with a line.
type process struct {
	label string
	does  []task
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
}

func startProcess(label string, does []task, cmd *exec.Cmd) (*process, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	return &process{label, does, cmd, in, bufio.NewReader(out)}, cmd.Start()
}

func (p *process) name() string  { return p.label }
func (p *process) tasks() []task { return p.does }

func (p *process) do(_ context.Context, t task) (outcome, error) {
	line, err := json.Marshal(t)
	if err != nil {
		return outcome{}, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return outcome{}, err
	}
	if line, err = p.out.ReadBytes('\n'); err != nil {
		return outcome{}, err
	}
	var o outcome
	if err := json.Unmarshal(line, &o); err != nil {
		return outcome{}, fmt.Errorf("%w: %q", err, line)
	}
	if o.Error != "" {
		return outcome{}, errors.New(o.Error)
	}
	return o, nil
}

func (p *process) close() error {
	return errors.Join(p.in.Close(), p.cmd.Wait())
}

// startPlain starts this program as it is without kernels.
func startPlain(ctx context.Context, _ options, b *bench) (engine, error) {
	program := filepath.Join(b.dir, "purego")
	if err := command(ctx, ".", "go", "build", "-tags", "purego", "-o", program, "."); err != nil {
		return nil, err
	}
	return startProcess(plainGo, weightTasks(false), exec.CommandContext(ctx, program, "-answer", b.dir))
}

// startNode starts Node with the same scripts that the browser has.
func startNode(ctx context.Context, _ options, b *bench) (engine, error) {
	program, err := exec.LookPath("node")
	if err != nil || !b.scripted() {
		return nil, fmt.Errorf("Node with npm: %w", errMissing)
	}
	cmd := exec.CommandContext(ctx, program, filepath.Join(b.dir, nodeScript), b.dir)
	does := append(tokenTasks(append([]string{nibbleIDs, nibble}, b.peers...)...), append(weightTasks(false), weightTasks(true)...)...)
	return startProcess("Node", does, cmd)
}

// command runs a program whose output matters only if it fails.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", cmd, err, out)
	}
	return nil
}
