package playground

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
)

// dist holds a placeholder, which is committed, and the page's files where webbuild has built them.
//
//go:embed all:dist
var dist embed.FS

// packedSuffix is of files that webbuild compressed with brotli.
const packedSuffix = ".br"

// builtNames are the files that webbuild has to have built for there to be a page.
var builtNames = []string{scriptName, sharedName, weightsName, themeName, workerName, styleName, iconName, textName, wholeName}

// Built reports whether this build of nibble has the page's files.
func Built() bool { return isBuilt(distFS()) }

func distFS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("playground: " + err.Error()) // the name is a constant that fs.ValidPath accepts
	}
	return sub
}

func isBuilt(dist fs.FS) bool {
	return !slices.ContainsFunc(builtNames, func(name string) bool {
		_, err := fs.Stat(dist, name+packedSuffix)
		return err != nil
	})
}

// contentTypes are those of the page's files. The system's own table of types would differ from machine to machine.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".md":          "text/markdown; charset=utf-8",
	".safetensors": "application/octet-stream",
	".svg":         "image/svg+xml",
	".wasm":        "application/wasm", // browsers compile no other type while it arrives
}

// The content codings that assets are stored in.
const (
	codingBrotli = "br"
	codingGzip   = "gzip"
)

// An asset is a file of the page. Its content is read, unpacked and hashed when it is first asked for.
type asset struct {
	contentType string
	lasting     bool   // its address has another content never
	coding      string // of what is stored; empty: none
	stored      func() ([]byte, error)
	plain       func() ([]byte, error)
	tag         func() (string, error) // of what is stored, for ETag
}

// newAsset returns the asset called name, which read reads as it is stored.
func newAsset(name, coding string, read func() ([]byte, error)) *asset {
	a := &asset{contentType: contentTypes[path.Ext(name)], coding: coding, stored: sync.OnceValues(read)}
	a.plain = a.stored
	if coding != "" {
		a.plain = sync.OnceValues(func() ([]byte, error) {
			stored, err := a.stored()
			if err != nil {
				return nil, err
			}
			return unpack(stored, coding)
		})
	}
	a.tag = sync.OnceValues(func() (string, error) {
		stored, err := a.stored()
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(stored)
		return hex.EncodeToString(sum[:16]), nil
	})
	return a
}

// unpack returns what is stored in a coding.
func unpack(stored []byte, coding string) ([]byte, error) {
	if coding == codingBrotli {
		return io.ReadAll(brotli.NewReader(bytes.NewReader(stored)))
	}
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// compress returns data as a gzip file, the same one every time.
func compress(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// assetsOf returns the page's files by name: those of dist, and the sample model's from model unless dist has them
// packed; and the directory that they are in.
func assetsOf(dist, model fs.FS, s *Sample) (assets map[string]*asset, directory string, err error) {
	assets = make(map[string]*asset)
	sum := sha256.New()
	for _, name := range slices.Concat(builtNames, []string{s.Tokenizer, s.TokenizerConfig, s.Config, s.Weights}, s.Others) {
		from, stored, coding := dist, name+packedSuffix, codingBrotli
		if _, err := fs.Stat(dist, stored); err != nil {
			from, stored, coding = model, path.Base(name), ""
			if slices.Contains(builtNames, name) {
				return nil, "", fmt.Errorf("playground: %w", err)
			}
		}
		if err := add(sum, from, name, stored); err != nil {
			return nil, "", fmt.Errorf("playground: %w", err)
		}
		assets[name] = newAsset(name, coding, func() ([]byte, error) { return fs.ReadFile(from, stored) })
		assets[name].lasting = true
	}
	info, err := fs.Stat(model, path.Base(s.Weights))
	if err != nil {
		return nil, "", fmt.Errorf("playground: %w", err)
	}
	s.WeightsBytes = info.Size()
	return assets, directoryOf(sum), nil
}

// add adds a file to a hash, with its name and its length, so that two lists of files are not the same by where one ends
// and the next one begins.
func add(sum hash.Hash, from fs.FS, name, stored string) error {
	f, err := from.Open(stored)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintf(sum, "%q %d\n", name, info.Size())
	_, err = io.Copy(sum, f)
	return err
}

// directoryOf returns the name of the directory of files with a hash.
func directoryOf(sum hash.Hash) string { return "v-" + hex.EncodeToString(sum.Sum(nil)[:6]) }
