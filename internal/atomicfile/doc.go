// Package atomicfile writes output files that appear whole or not at all.
//
// A [File] is written under a hidden temporary name, its part, in the directory of its target. The space that it needs
// is checked and reserved before the first byte; [File.Commit] brings the bytes to the disk, gives the part the
// target's name and brings the directory to the disk. Whatever fails on the way, and whenever the process dies, the
// target is either what stood there before or the complete new file.
//
// # Parts
//
// A part is called ".<name>.<host>-<pid>-<random>.part": the target's name, a hash of the host's name, the writer's
// process id and eight random hexadecimal digits. Its writer holds an advisory lock (flock) on it for as long as it
// lives, so that the next writer of the same target can tell the part of a dead process, which it removes, from the
// part of a living one, which it leaves alone. Parts of other hosts are left alone too: over a network file system a
// lock may not be visible.
//
// # Errors
//
// Every error wraps one of [ErrExists], [ErrTarget], [ErrNoSpace] and [ErrIO], and names the path.
package atomicfile
