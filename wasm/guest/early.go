//go:build wasip1 && !nibbletext

package main

import "runtime/debug"

// A module's memory never shrinks, so garbage is better collected early. The
// small guest, whose files are small too, does without: package debug would
// bring os and time along, which are a tenth of what it weighs.
func init() { debug.SetGCPercent(50) }
