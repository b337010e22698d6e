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

// documentSize returns the size of the document, which is rendered anew by every nibble and sent as it is.
func documentSize() (int, error) {
	document, err := playground.Document(context.Background())
	return len(document), err
}

// printSizes prints a table and returns the bytes of a first visit.
func printSizes(w io.Writer, document int, files []file) int {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "raw\tbrotli\tfirst visit\t  file")
	fmt.Fprintf(t, "%d\t\t%d\t  the document\n", document, document)
	total := document
	for _, f := range files {
		first := ""
		if f.firstVisit {
			total += f.packed
			first = fmt.Sprint(f.packed)
		}
		fmt.Fprintf(t, "%d\t%d\t%s\t  %s\n", len(f.data), f.packed, first, f.name)
	}
	fmt.Fprintf(t, "\t\t%d\t  of %d\n", total, firstVisitLimit)
	_ = t.Flush() // a terminal that is gone reads no table
	return total
}
