// Package atomicfile writes output files that appear whole or not at all.
//
// A [File] is written under a hidden temporary name, its part, in the directory of its target. The space that it needs
// is checked and reserved before the first byte; [File.Commit] brings the bytes to the disk, gives the part the
// target's name and brings the directory to the disk. Whatever fails on the way, and whenever the process dies, the
// target is either what stood there before or the complete new file.
//
// While a large file is written, the disk already begins with what is there, where the operating system has a call for
// it: who encodes and who waits for a disk do so at the same time.
//
// # Parts
//
// A part is called ".<name>.<host>-<run>.part": the target's name, a hash of the host's name, and the run, which is the
// writer's process id and eight random hexadecimal digits. All parts of a [Set] are of one run. Their writer holds an
// advisory lock (flock) on each for as long as it lives, so that the next writer of the same target can tell the part of
// a dead process, which it removes, from the part of a living one, which it leaves alone. Parts of other hosts are left
// alone too: over a network file system a lock may not be visible.
//
// # Journals
//
// A writer that takes long can keep a journal of what it has done, so that another process can go on after it died. The
// journal is a file of its own beside the first part, ".<name>.<host>-<run>.journal", locked and collected as parts are.
// It is a sequence of records, whose content is the writer's affair:
//
//   - [Set.StartJournal] creates the journal with its first record, the head, which says what is being written.
//   - [Set.Checkpoint] brings everything that was written so far to the disk, and only then appends a record. So
//     whatever a record says was written stands on the disk, after a power loss too.
//   - [Set.Keep] is the end of a writer that fails but can be resumed: parts and journal stay.
//   - [Resume] finds a journal of a set, lets its caller judge the head, takes over journal and parts under their
//     names, and hands out the records.
//
// Each record stands behind its length and a CRC-32C of both. What follows the last record that is valid is cut off: a
// process that died while it wrote leaves a torn record, which claims nothing. Nothing in a journal is an offset or a
// name that this package would follow: the names follow from the target's and the journal's own. A head that is there
// whole and does not have its checksum is an error, [ErrJournal], and so is one that the caller does not accept: to
// begin anew there, and to throw away what may be hours of work, is the decision of whoever calls [CreateAll].
//
// A part that is missing, or too short, is made anew or made longer; its new bytes are zero. Records cannot know that, so
// their reader must hold what they claim against the bytes, for example by checksums.
//
// # Errors
//
// Every error wraps one of [ErrExists], [ErrTarget], [ErrBusy], [ErrNoSpace], [ErrJournal] and [ErrIO], or is what the
// judge of a head returned, and names the path.
package atomicfile
