package playground

import (
	"context"
	"crypto/sha256"
	"io/fs"

	"github.com/nibble-go/nibble/internal/sample"
)

// documentName is what static hosts call a directory's page.
const documentName = "index.html"

// A site is the page and everything that belongs to it.
type site struct {
	page *Page
	// Without the document, by name. All are in one directory, which is called by what is in them, so that whatever a
	// browser has kept fits together: a script never meets another version's module.
	assets    map[string]*asset
	directory string
}

// newSite puts the site together from what webbuild built, if it is there, and the files of the sample model.
func newSite(generator string, dist, model fs.FS) (*site, error) {
	s := &site{page: newPage(generator, isBuilt(dist))}
	if !s.page.Built {
		return s, nil
	}
	var err error
	if s.assets, s.directory, err = assetsOf(dist, model, &s.page.Config.Sample); err != nil {
		return nil, err
	}
	s.page.moveTo(s.directory)
	return s, nil
}

// embeddedSite returns the site that this build of nibble has.
func embeddedSite(generator string) (*site, error) {
	return newSite(generator, distFS(), sample.FS())
}

// document returns the rendered document as an asset, compressed with what every browser and Go's library know.
func (s *site) document(ctx context.Context) (*asset, error) {
	html, err := s.page.render(ctx)
	if err != nil {
		return nil, err
	}
	return newAsset(documentName, codingGzip, func() ([]byte, error) { return compress(html) }), nil
}

// DocumentSize returns how many bytes the document has where the page's files are there, and how many of them Serve
// sends.
func DocumentSize(ctx context.Context) (plain, sent int, err error) {
	p := newPage("nibble", true)
	p.moveTo(directoryOf(sha256.New())) // of any version
	html, err := p.render(ctx)
	if err != nil {
		return 0, 0, err
	}
	packed, err := compress(html)
	return len(html), len(packed), err
}

// Module returns the WebAssembly module that can do everything, for hosts other than the page: see package wasm. Its
// error wraps ErrNotBuilt where this build of nibble has none.
func Module() ([]byte, error) {
	dist := distFS()
	if !isBuilt(dist) {
		return nil, ErrNotBuilt
	}
	stored, err := fs.ReadFile(dist, wholeName+packedSuffix)
	if err != nil {
		return nil, err
	}
	return unpack(stored, codingBrotli)
}
