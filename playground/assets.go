package playground

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
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
var builtNames = []string{scriptName, workerName, styleName, iconName, textName, wholeName}

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
	".safetensors": "application/octet-stream",
	".svg":         "image/svg+xml",
	".wasm":        "application/wasm", // browsers compile no other type while it arrives
}

// An asset is a file of the page. Its content is read, unpacked and hashed when it is first asked for.
type asset struct {
	contentType string
	packed      bool // stored as brotli
	stored      func() ([]byte, error)
	plain       func() ([]byte, error)
	tag         func() (string, error) // of what is stored, for ETag
}

// newAsset returns the asset called name, which read reads as it is stored.
func newAsset(name string, packed bool, read func() ([]byte, error)) *asset {
	a := &asset{contentType: contentTypes[path.Ext(name)], packed: packed, stored: sync.OnceValues(read)}
	a.plain = a.stored
	if packed {
		a.plain = sync.OnceValues(func() ([]byte, error) {
			stored, err := a.stored()
			if err != nil {
				return nil, err
			}
			return io.ReadAll(brotli.NewReader(bytes.NewReader(stored)))
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

// assetsOf returns the page's files by name: those of dist, and the sample model's from model unless dist has them
// packed.
func assetsOf(dist, model fs.FS, s *Sample) (map[string]*asset, error) {
	assets := make(map[string]*asset)
	for _, name := range slices.Concat(builtNames, []string{s.Tokenizer, s.TokenizerConfig, s.Config, s.Weights}) {
		from, stored, packed := dist, name+packedSuffix, true
		if _, err := fs.Stat(dist, stored); err != nil {
			from, stored, packed = model, path.Base(name), false
			if slices.Contains(builtNames, name) {
				return nil, fmt.Errorf("playground: %w", err)
			}
		}
		assets[name] = newAsset(name, packed, func() ([]byte, error) { return fs.ReadFile(from, stored) })
	}
	info, err := fs.Stat(model, path.Base(s.Weights))
	if err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	s.WeightsBytes = info.Size()
	return assets, nil
}
