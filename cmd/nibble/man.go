//go:build man

package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// The generator of the manual pages lives behind a build tag, so that the program itself carries none of it:
// go run -tags man ./cmd/nibble man DIR.
func init() {
	extraCommands = append(extraCommands, func() *cobra.Command {
		return &cobra.Command{
			Use:    "man DIR",
			Short:  "Write the manual pages to DIR",
			Args:   arguments(1, 1),
			Hidden: true,
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := os.MkdirAll(args[0], 0o777); err != nil {
					return err
				}
				date := time.Unix(0, 0).UTC() // pages that are built twice are equal
				header := &doc.GenManHeader{Title: "NIBBLE", Section: "1", Source: "nibble", Manual: "nibble", Date: &date}
				return doc.GenManTree(cmd.Root(), header, args[0])
			},
		}
	})
}
