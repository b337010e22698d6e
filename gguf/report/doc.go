// Package report writes what a conversion did and cost as one HTML file.
//
// The file needs nothing beside itself: no script, no font, no picture, no
// network, and it says so in its own content security policy. Tables are sorted
// by radio buttons and the property order of CSS, plots are SVG, and colours
// follow the reader's choice of light or dark. Names from the model's files are
// text, with whatever is not printable in them escaped.
//
// # What it shows
//
//   - Facts: the model, the types, the sizes, how the run was asked for, and the
//     error over all weights together ([quantize.Total]).
//   - Size against error: what the model would lose in each type, estimated by
//     whoever fills [Data], and where the file stands among them.
//   - The heat map of errors: layers in rows, roles in columns. A role is what a
//     tensor does in a layer, by the part of its name behind "blk.N.". A cell
//     with several tensors, such as experts, has their error together.
//   - A table of all tensors, and the histograms of the weights and errors of
//     each ([quantize.Bins]).
//
// The error is told as SQNR, the ratio of signal to quantization noise, in
// decibels: 6 dB are a bit, roughly, and tensors of different scale compare.
//
// The components (*.templ) are compiled to Go by templ; see the Makefile's
// target generate.
package report

//go:generate go tool -modfile=../../tools/go.mod templ generate -log-level warn
