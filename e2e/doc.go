// Package e2e drives the playground in a real Chromium, as a person would: it
// types, pastes, chooses and drops files, clicks and tabs, and looks at what the
// page then shows. What the page computes has to be what the packages of nibble
// make of the same, run natively.
//
// The tests need the page's files in the binary (make build) and Chromium;
// NIBBLE_CHROMIUM names its program where it is not found by itself. They skip,
// and say so, where one of the two is missing, but fail there where CI is set.
// axe-core, which looks for what keeps people from using a page, is installed by
// make browser, which runs all of this. A page that writes an error to the console
// fails its test, and so does a request to another address.
//
// -patience says how long to wait for the page, and NIBBLE_SLOWNESS by how much
// a machine is slower than one that people sit at: what has to be smooth may take
// so much longer. -huge converts 2 GiB instead of 256 MiB.
//
// Pictures of the rooms, in all looks, are written to the directory that
// NIBBLE_PICTURES names, and so are pictures of pages whose tests fail.
package e2e
