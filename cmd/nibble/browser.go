package main

import (
	"context"
	"os/exec"
	"runtime"
)

// openBrowser has the system open an address with the user's browser, and does not wait for it.
func openBrowser(ctx context.Context, address string) error {
	var command []string
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open", address}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	default:
		command = []string{"xdg-open", address}
	}
	// The browser is the user's own and outlives nibble, so it does not end with the context.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // for the system to forget it; it may stay as long as the browser
	return nil
}
