package safetensors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// shard is a file with one-byte tensors of the given names; the bytes are the
// first letters of the names.
func shard(names ...string) []byte {
	members := make([]string, len(names))
	var data []byte
	for i, name := range names {
		members[i] = tensor(name, "U8", "1", int64(i), int64(i+1))
		data = append(data, name[0])
	}
	return append(file(object(members...), 0), data...)
}

// indexOf is an index with a weight_map of tensor, shard, tensor, shard, ...
func indexOf(pairs ...string) []byte {
	quoted := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	var entries []string
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, quoted(pairs[i])+": "+quoted(pairs[i+1]))
	}
	return []byte(`{"metadata": {"total_size": 1, "odd": NaN}, "weight_map": {` + strings.Join(entries, ", ") + `}}`)
}

const indexFile = "model.safetensors.index.json"

// directory makes a model directory of the given files.
func directory(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "model")
	for name, data := range files {
		writeTo(t, filepath.Join(dir, name), data)
	}
	return dir
}

func writeTo(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// contents opens a set and returns its tensors, in order, as name=byte.
func contents(t *testing.T, dir string) string {
	t.Helper()
	set, err := safetensors.OpenSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	var list []string
	for _, tensor := range set.Tensors() {
		var b [1]byte
		if _, err := tensor.ReadAt(b[:], 0); err != nil {
			t.Fatal(err)
		}
		if found, ok := set.Lookup(tensor.Name); !ok || found != tensor {
			t.Errorf("%s: Lookup finds %v", tensor.Name, found)
		}
		list = append(list, tensor.Name+"="+string(b[:]))
	}
	return strings.Join(list, " ")
}

func TestOpenSet(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"one file": {map[string][]byte{"model.safetensors": shard("b", "a"), "config.json": nil}, "a=a b=b"},
		"shards": {map[string][]byte{
			"model-00001-of-00002.safetensors": shard("z", "m"), "model-00002-of-00002.safetensors": shard("c", "a"),
			indexFile: indexOf("z", "model-00001-of-00002.safetensors", "a", "model-00002-of-00002.safetensors",
				"c", "model-00002-of-00002.safetensors", "m", "model-00001-of-00002.safetensors"),
		}, "m=m z=z a=a c=c"},
		"shards without index": {map[string][]byte{
			"model-00001-of-00002.safetensors": shard("z"), "model-00002-of-00002.safetensors": shard("a"),
			"adapter_model.safetensors": shard("x"), "consolidated.safetensors": shard("y"),
		}, "z=z a=a"},
		"shards by other names": {map[string][]byte{
			"second.safetensors": shard("a"), "first.safetensors": shard("b"),
			indexFile: indexOf("a", "second.safetensors", "b", "first.safetensors"),
		}, "b=b a=a"},
		// The reference converter compares which tensors there are, not where.
		"index names the wrong shard": {map[string][]byte{
			"x.safetensors": shard("a"), "y.safetensors": shard("b"),
			indexFile: indexOf("a", "y.safetensors", "b", "x.safetensors"),
		}, "a=a b=b"},
		"the index decides": {map[string][]byte{
			"model.safetensors": shard("old"), "model-00001-of-00001.safetensors": shard("new"),
			indexFile: indexOf("new", "model-00001-of-00001.safetensors"),
		}, "new=n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := contents(t, directory(t, test.files)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestSetShards(t *testing.T) {
	one, two := shard("b", "c"), append(file(`{"__metadata__":{"k":"v"},`+tensor("a", "U8", "1", 0, 1)+"}", 0), 'a')
	set, err := safetensors.OpenSet(directory(t, map[string][]byte{"model-1.safetensors": one, "model-2.safetensors": two}))
	if err != nil {
		t.Fatal(err)
	}
	if set.Size() != int64(len(one)+len(two)) {
		t.Errorf("size %d", set.Size())
	}
	shards := set.Shards()
	if len(shards) != 2 || shards[0].Name != "model-1.safetensors" || len(shards[0].Tensors) != 2 ||
		shards[1].Metadata["k"] != "v" || shards[1].Size != int64(len(two)) {
		t.Errorf("%+v", shards)
	}
	if err := set.Close(); err != nil {
		t.Error(err)
	}
	if _, err := set.Tensors()[0].ReadAt(make([]byte, 1), 0); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}

func TestOpenSetRefuses(t *testing.T) {
	const one, two = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
	format := safetensors.ErrFormat
	outside := func(name string) map[string][]byte {
		return map[string][]byte{"model.safetensors": shard("a"), "../x.safetensors": shard("a"),
			"sub/x.safetensors": shard("a"), indexFile: indexOf("a", name)}
	}
	const notAName = `weight_map["a"]: %q is not the name of a .safetensors file in the same directory`
	for name, test := range map[string]struct {
		files map[string][]byte
		want  error
		words string
	}{
		"nothing":         {map[string][]byte{"config.json": nil}, safetensors.ErrNoWeights, "no model weights in safetensors format"},
		"pickled weights": {map[string][]byte{"pytorch_model.bin": nil}, safetensors.ErrNoWeights, ""},
		"adapter only":    {map[string][]byte{"adapter_model.safetensors": shard("a")}, safetensors.ErrNoWeights, ""},

		"path up":             {outside("../x.safetensors"), format, fmt.Sprintf(notAName, "../x.safetensors")},
		"path far up":         {outside("../../x.safetensors"), format, fmt.Sprintf(notAName, "../../x.safetensors")},
		"absolute path":       {outside("/etc/x.safetensors"), format, fmt.Sprintf(notAName, "/etc/x.safetensors")},
		"Windows path":        {outside(`..\x.safetensors`), format, "is not the name of"},
		"drive":               {outside(`C:x.safetensors`), format, "is not the name of"},
		"path down":           {outside("sub/x.safetensors"), format, "is not the name of"},
		"path through dot":    {outside("./model.safetensors"), format, "is not the name of"},
		"other suffix":        {outside("pytorch_model.bin"), format, "is not the name of"},
		"empty name":          {outside(""), format, "is not the name of"},
		"NUL in the name":     {outside("a\x00.safetensors"), format, "is not the name of"},
		"weight_map is null":  {map[string][]byte{"model.safetensors": shard("a"), indexFile: []byte(`{"weight_map":null}`)}, format, "want an object, found null"},
		"no weight_map":       {map[string][]byte{"model.safetensors": shard("a"), indexFile: []byte(`{}`)}, format, "no weight_map"},
		"empty weight_map":    {map[string][]byte{"model.safetensors": shard("a"), indexFile: indexOf()}, format, "no weight_map"},
		"shard is a number":   {map[string][]byte{"model.safetensors": shard("a"), indexFile: []byte(`{"weight_map":{"a":1}}`)}, format, `byte 19: weight_map["a"]: JSON value of the wrong type`},
		"duplicate in index":  {map[string][]byte{"model.safetensors": shard("a"), indexFile: indexOf("a", "model.safetensors", "a", "model.safetensors")}, format, "duplicate key"},
		"two weight_maps":     {map[string][]byte{"model.safetensors": shard("a"), indexFile: []byte(`{"weight_map":{"a":"model.safetensors"},"weight_map":{}}`)}, format, `duplicate key: "weight_map"`},
		"index is not JSON":   {map[string][]byte{"model.safetensors": shard("a"), indexFile: []byte("version https://git-lfs.github.com/spec/v1\n")}, format, indexFile + ": byte 0: invalid JSON"},
		"index is a folder":   {map[string][]byte{"model.safetensors": shard("a"), indexFile + "/x": nil}, format, "not a regular file"},
		"shard is a folder":   {map[string][]byte{"model.safetensors/x": nil}, format, "model.safetensors: not a regular file"},
		"missing shard":       {map[string][]byte{one: shard("a"), indexFile: indexOf("a", one, "b", two)}, format, "no " + two + ", named in " + indexFile + "; was the download complete?"},
		"missing, no index":   {map[string][]byte{one: shard("a")}, format, "shards model-*.safetensors: 1 of 2 are there; was the download complete?"},
		"missing tensor":      {map[string][]byte{one: shard("a"), two: shard("b"), indexFile: indexOf("a", one, "b", two, "c", two)}, format, indexFile + `: tensor "c" of ` + two + " not in the shards"},
		"five missing":        {map[string][]byte{one: shard("a"), indexFile: indexOf("a", one, "v", one, "w", one, "x", one, "y", one, "z", one)}, format, `tensor "x" of ` + one + " and 2 more not in the shards"},
		"tensor not in index": {map[string][]byte{one: shard("a"), two: shard("b", "c"), indexFile: indexOf("a", one, "b", two)}, format, indexFile + `: tensor "c" of ` + two + " is not in weight_map"},
		"tensor in both":      {map[string][]byte{one: shard("a", "b"), two: shard("b"), indexFile: indexOf("a", one, "b", two)}, format, `tensor "b" is both in ` + one + " and in " + two},
		"two variants":        {map[string][]byte{"model.fp16.safetensors": shard("a"), "model.safetensors": shard("a")}, format, `tensor "a" is both in model.fp16.safetensors and in model.safetensors`},
		"malformed shard":     {map[string][]byte{"model.safetensors": []byte("version https://git-lfs")}, format, "model.safetensors: byte 0: header of more than 100,000,000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := safetensors.OpenSet(directory(t, test.files))
			if err == nil {
				set.Close()
				t.Fatal("accepted")
			}
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.words) {
				t.Errorf("got %v, want %q", err, test.words)
			}
		})
	}
	if _, err := safetensors.OpenSet(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
}

// cached makes a snapshot as Hugging Face's cache has it, and returns the cache
// and the snapshot.
func cached(t *testing.T, data []byte) (cache, snapshot string) {
	t.Helper()
	cache = filepath.Join(t.TempDir(), "hub")
	repository := filepath.Join(cache, "models--org--name")
	snapshot = filepath.Join(repository, "snapshots", "0123abcd")
	writeTo(t, filepath.Join(repository, "blobs", "feed"), data)
	symlink(t, "../../blobs/feed", filepath.Join(snapshot, "model.safetensors"))
	return cache, snapshot
}

func TestCacheSnapshot(t *testing.T) {
	_, snapshot := cached(t, shard("a", "b"))
	if got := contents(t, snapshot); got != "a=a b=b" {
		t.Errorf("snapshot: %s", got)
	}
	t.Run("through a link to it", func(t *testing.T) {
		link := filepath.Join(t.TempDir(), "model")
		symlink(t, snapshot, link)
		if got := contents(t, link); got != "a=a b=b" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("as the working directory", func(t *testing.T) {
		t.Chdir(snapshot)
		if got := contents(t, "."); got != "a=a b=b" {
			t.Errorf("got %s", got)
		}
	})
}

// A link may lead around within its repository, or within a plain directory,
// and never out.
func TestLinks(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	writeTo(t, secret, shard("s"))
	refused := func(t *testing.T, dir, words string) {
		t.Helper()
		set, err := safetensors.OpenSet(dir)
		if err == nil {
			set.Close()
			t.Fatal("accepted")
		}
		if !errors.Is(err, safetensors.ErrFormat) || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want %q", err, words)
		}
	}
	t.Run("within a directory", func(t *testing.T) {
		dir := directory(t, map[string][]byte{"weights/real": shard("a")})
		symlink(t, "weights/real", filepath.Join(dir, "model.safetensors"))
		if got := contents(t, dir); got != "a=a" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("absolute", func(t *testing.T) {
		dir := directory(t, nil)
		symlink(t, secret, filepath.Join(dir, "model.safetensors"))
		refused(t, dir, "path escapes from parent")
	})
	t.Run("relative, out of a directory", func(t *testing.T) {
		dir := directory(t, map[string][]byte{"../other": shard("a")})
		symlink(t, "../other", filepath.Join(dir, "model.safetensors"))
		refused(t, dir, `model.safetensors: link to "../other": path escapes from parent`)
	})
	t.Run("index, out of a directory", func(t *testing.T) {
		dir := directory(t, map[string][]byte{"model.safetensors": shard("a"), "../other": indexOf("a", "model.safetensors")})
		symlink(t, "../other", filepath.Join(dir, indexFile))
		refused(t, dir, indexFile+`: link to "../other": path escapes from parent`)
	})
	t.Run("absolute, out of a repository", func(t *testing.T) {
		_, snapshot := cached(t, shard("a"))
		symlink(t, secret, filepath.Join(snapshot, "model-2.safetensors"))
		refused(t, snapshot, "path escapes from parent")
	})
	t.Run("relative, out of a repository", func(t *testing.T) {
		cache, snapshot := cached(t, shard("a"))
		writeTo(t, filepath.Join(cache, "models--org--other", "blobs", "beef"), shard("b"))
		symlink(t, "../../../models--org--other/blobs/beef", filepath.Join(snapshot, "model-2.safetensors"))
		refused(t, snapshot, "path escapes from parent")
	})
	t.Run("blob, through the index", func(t *testing.T) {
		_, snapshot := cached(t, shard("a"))
		writeTo(t, filepath.Join(snapshot, indexFile), indexOf("a", "../../blobs/feed"))
		refused(t, snapshot, "is not the name of a .safetensors file")
	})
	t.Run("blob that is not there", func(t *testing.T) {
		_, snapshot := cached(t, shard("a"))
		symlink(t, "../../blobs/gone", filepath.Join(snapshot, "model-2.safetensors"))
		refused(t, snapshot, `model-2.safetensors: link to "../../blobs/gone", which is not there; was the download complete?`)
	})
	t.Run("in a circle", func(t *testing.T) {
		dir := directory(t, nil)
		symlink(t, "model.safetensors", filepath.Join(dir, "model.safetensors"))
		refused(t, dir, "model.safetensors: link to")
	})
}

// A device, too, is refused before it is opened.
func TestDevice(t *testing.T) {
	info, err := os.Stat(os.DevNull)
	if err != nil || info.Mode().IsRegular() {
		t.Skipf("%s is not a device here", os.DevNull)
	}
	if _, err := safetensors.Open(os.DevNull); !errors.Is(err, safetensors.ErrFormat) {
		t.Errorf("got %v", err)
	}
}

// More shards than a process may have open files at once.
func TestManyShards(t *testing.T) {
	const shards = 300
	files := make(map[string][]byte)
	var want []string
	for i := range shards {
		name := fmt.Sprintf("%03d", i)
		files[fmt.Sprintf("model-%05d-of-%05d.safetensors", i+1, shards)] =
			append(file(object(tensor(name, "U8", "1", 0, 1)), 0), byte(i))
		want = append(want, name)
	}
	set, err := safetensors.OpenSet(directory(t, files))
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if n := openInProcess(t); n > 150 {
		t.Errorf("%d files open", n)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range shards {
				at := (i*7 + worker) % shards
				tensor := set.Tensors()[at]
				var b [1]byte
				if _, err := tensor.ReadAt(b[:], 0); err != nil || tensor.Name != want[at] || b[0] != byte(at) {
					t.Errorf("tensor %d: %q, %d, %v", at, tensor.Name, b[0], err)
				}
			}
		})
	}
	wg.Wait()
	if n := openInProcess(t); n > 150 {
		t.Errorf("%d files open", n)
	}
}

// openInProcess returns the number of files that the process has open, or 0
// where the system does not tell.
func openInProcess(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// A file that is opened again must be the one whose header was read.
func TestReplacedShard(t *testing.T) {
	files := make(map[string][]byte)
	for i := range 100 { // more than are kept open, so that the first is closed
		files[fmt.Sprintf("model-%02d.safetensors", i)] = shard(fmt.Sprintf("%02d", i))
	}
	dir := directory(t, files)
	set, err := safetensors.OpenSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	writeTo(t, filepath.Join(dir, "new"), bytes.Repeat([]byte("x"), len(files["model-00.safetensors"])))
	if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "model-00.safetensors")); err != nil {
		t.Fatal(err)
	}
	if _, err := set.Tensors()[0].ReadAt(make([]byte, 1), 0); err == nil || !strings.Contains(err.Error(), "another file took its place") {
		t.Errorf("got %v", err)
	}
}

// The directories of the reference converter's golden data.
func TestSetOfRealDirectories(t *testing.T) {
	for dir, want := range map[string]struct{ shards, tensors int }{
		"golden/convert/llama3-rope-sharded": {2, 21},
		"golden/convert/bert":                {1, 39},
		"models/fable-4m":                    {1, 38},
	} {
		path := filepath.Join("../../../shared", dir)
		if _, err := os.Stat(path); err != nil {
			t.Skipf("no golden data beside the repository: %v", err)
		}
		set, err := safetensors.OpenSet(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Shards()) != want.shards || len(set.Tensors()) != want.tensors {
			t.Errorf("%s: %d shards, %d tensors", dir, len(set.Shards()), len(set.Tensors()))
		}
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}
}
