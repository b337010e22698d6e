package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/nibble-go/nibble/playground"
)

// firstVisitLimit is how many bytes the first visit to the page may take, without the sample model's weights, which load
// when the room Weights opens.
const firstVisitLimit = 650_000

// printSizes prints a table and returns the bytes of a first visit. Besides the files there is the document, which every
// nibble renders anew and sends as gzip.
func printSizes(w io.Writer, files []file) (total int, err error) {
	plain, sent, err := playground.DocumentSize(context.Background())
	if err != nil {
		return 0, err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, raw, packed int, firstVisit bool) {
		first := ""
		if firstVisit {
			total += packed
			first = fmt.Sprint(packed)
		}
		fmt.Fprintf(t, "%d\t%d\t%s\t  %s\n", raw, packed, first, name)
	}
	fmt.Fprintln(t, "raw\tpacked\tfirst visit\t  file")
	line("the document", plain, sent, true)
	for _, f := range files {
		line(f.name, len(f.data), f.packed, f.firstVisit)
	}
	fmt.Fprintf(t, "\t\t%d\t  in all\n", total)
	return total, t.Flush()
}
