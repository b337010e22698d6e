// Package e2e drives the playground in a real Chromium, as a person would: it
// types, pastes, chooses files, clicks and tabs, and looks at what the page then
// shows.
//
// The tests need the page's files in the binary (make build) and Chromium;
// NIBBLE_CHROMIUM names its program where it is not found by itself. They skip,
// and say so, where one of the two is missing. A page that writes an error to
// the console fails its test, and so does a request to another address.
//
// Pictures of the rooms are written to the directory that NIBBLE_PICTURES names.
package e2e
