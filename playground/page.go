package playground

import (
	"bytes"
	"context"

	"github.com/nibble-go/nibble/internal/sample"
)

// Names of the page's files in the directory of their version, which the document, the handler and the export have.
const (
	scriptName  = "app.js"
	sharedName  = "shared.js"  // what app.js and weights.js have in common
	weightsName = "weights.js" // app.js loads it when the room is entered
	themeName   = "theme.js"   // what is done before the document is painted
	workerName  = "worker.js"  // app.js finds it beside itself
	styleName   = "app.css"
	iconName    = "icon.svg"
	textName    = "nibble-text.wasm"
	wholeName   = "nibble.wasm"
)

// Page is what the components show and what the scripts have to know. Names of files are relative to the document.
type Page struct {
	Generator string // what made the page, such as "nibble v1.0.0"
	Built     bool   // false: this build of nibble has none of the page's files
	Policy    string // content security policy for the document itself; empty where the server sends it
	Style     string
	Script    string
	Shared    string // a script that Script needs
	Theme     string // a script that the document waits for before it is painted
	Icon      string
	Config    Config
}

// ConfigID is the id of the element that holds the Config as JSON: a script of type application/json, which is data.
const ConfigID = "config"

// Config is what the page's scripts read from the document.
type Config struct {
	Modules Modules `json:"modules"`
	Sample  Sample  `json:"sample"`
}

// Modules are the files of the WebAssembly modules. A name that ends in .gz is of a file that the script has to unpack,
// for hosts that compress nothing themselves.
type Modules struct {
	Text  string `json:"text"`  // the small one, for the first visit
	Whole string `json:"whole"` // the one that can do everything
}

// Sample are the files of the bundled model.
type Sample struct {
	Name            string `json:"name"`
	Tokenizer       string `json:"tokenizer"`       // tokenizer.json
	TokenizerConfig string `json:"tokenizerConfig"` // tokenizer_config.json
	Config          string `json:"config"`          // config.json
	Weights         string `json:"weights"`         // model.safetensors
	WeightsBytes    int64  `json:"weightsBytes"`

	// Others are what else a conversion reads of the model's directory: without them its output would not be the one
	// that the command line makes of the directory.
	Others []string `json:"others"`
}

// newPage returns the page as the handler shows it.
func newPage(generator string, built bool) *Page {
	dir := sample.Name + "/"
	return &Page{
		Generator: generator,
		Built:     built,
		Style:     styleName,
		Script:    scriptName,
		Shared:    sharedName,
		Theme:     themeName,
		Icon:      iconName,
		Config: Config{
			Modules: Modules{Text: textName, Whole: wholeName},
			Sample: Sample{
				Name:            sample.Name,
				Tokenizer:       dir + "tokenizer.json",
				TokenizerConfig: dir + "tokenizer_config.json",
				Config:          dir + "config.json",
				Weights:         dir + "model.safetensors",
				Others:          []string{dir + "generation_config.json", dir + "special_tokens_map.json", dir + "README.md"},
			},
		},
	}
}

// moveTo puts the page's files, all but the document, in a directory beside it.
func (p *Page) moveTo(dir string) {
	sample := &p.Config.Sample
	for _, name := range []*string{
		&p.Style, &p.Script, &p.Shared, &p.Theme, &p.Icon, &p.Config.Modules.Text, &p.Config.Modules.Whole,
		&sample.Tokenizer, &sample.TokenizerConfig, &sample.Config, &sample.Weights,
	} {
		*name = dir + "/" + *name
	}
	for i, name := range sample.Others {
		sample.Others[i] = dir + "/" + name
	}
}

// render returns the document in UTF-8.
func (p *Page) render(ctx context.Context) ([]byte, error) {
	var b bytes.Buffer
	err := document(p).Render(ctx, &b)
	return b.Bytes(), err
}
