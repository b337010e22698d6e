package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// identity is what the general.* keys say about where a model comes from.
type identity struct {
	name, author, version, organization, description field
	finetune, basename, sizeLabel                    field
	sourceURL, sourceDOI, sourceUUID, sourceRepoURL  field
	license, licenseName, licenseLink                field

	baseModels, datasets []relative
	tags, languages      []string
}

// A field is a text that several sources may give. The first counts, even
// where it is empty: a config.json whose _name_or_path is "" leaves the file
// without a name.
type field struct {
	text  string
	known bool
}

// fill sets a field that is not known yet.
func (f *field) fill(text string) {
	if !f.known {
		*f = field{text, true}
	}
}

// fillUnlessEmpty is fill for a text that is empty where there is none.
func (f *field) fillUnlessEmpty(text string) {
	if text != "" {
		f.fill(text)
	}
}

// A relative is a model or data set that a model was made from.
type relative map[string]string

// relativeKeys are the members of a relative, in the order in which they are
// written.
var relativeKeys = []string{"name", "author", "version", "organization", "description", "url", "doi", "uuid", "repo_url"}

// generalKeys writes general.*, up to the keys of the architecture.
func (m *model) generalKeys(k *keys, params paramCounts) {
	id, err := m.identity(params)
	if err != nil {
		k.fail(err)
		return
	}
	m.samplingKeys(k)
	id.write(k)
}

func (id *identity) write(k *keys) {
	k.text("general.name", id.name.text)
	k.text("general.author", id.author.text)
	k.text("general.version", id.version.text)
	k.text("general.organization", id.organization.text)
	k.text("general.finetune", id.finetune.text)
	k.text("general.basename", id.basename.text)
	k.text("general.description", id.description.text)
	k.text("general.size_label", id.sizeLabel.text)
	k.text("general.license", id.license.text)
	k.text("general.license.name", id.licenseName.text)
	k.text("general.license.link", id.licenseLink.text)
	k.text("general.source.url", id.sourceURL.text)
	k.text("general.source.doi", id.sourceDOI.text)
	k.text("general.source.uuid", id.sourceUUID.text)
	k.text("general.source.repo_url", id.sourceRepoURL.text)
	relativesKeys(k, "general.base_model", id.baseModels)
	relativesKeys(k, "general.dataset", id.datasets)
	k.texts("general.tags", id.tags)
	k.texts("general.languages", id.languages)
}

// relativesKeys writes a counted list. A nil list is not written, an empty one
// is: the model card had the key.
func relativesKeys(k *keys, prefix string, list []relative) {
	if list == nil || k.err != nil {
		return
	}
	k.meta.Set(prefix+".count", gguf.Uint32(uint32(len(list))))
	for i, r := range list {
		for _, key := range relativeKeys {
			k.text(prefix+"."+strconv.Itoa(i)+"."+key, r[key])
		}
	}
}

// samplingKeys writes the recommended parameters of sampling. The names of the
// first column are what generation_config.json is asked for; "repetition_penalty"
// is not among them.
func (m *model) samplingKeys(k *keys) {
	data, err := m.dir.readFile("generation_config.json")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		k.fail(err)
		return
	}
	values, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return // the reference passes over a broken one too: it adds nothing that must be there
	}
	config := section{filepath.Join(m.dir.path, "generation_config.json"), values}
	if text, ok, err := config.text("sequence"); err != nil {
		k.fail(err)
	} else if ok {
		k.text("general.sampling.sequence", text)
	}
	for _, s := range []struct {
		from, to string
		whole    bool
	}{
		{"top_k", "top_k", true},
		{"top_p", "top_p", false},
		{"min_p", "min_p", false},
		{"xtc_probability", "xtc_probability", false},
		{"xtc_threshold", "xtc_threshold", false},
		{"temperature", "temp", false},
		{"penalty_last_n", "penalty_last_n", true},
		{"penalty_repeat", "penalty_repeat", false},
		{"mirostat", "mirostat", true},
		{"mirostat_tau", "mirostat_tau", false},
		{"mirostat_eta", "mirostat_eta", false},
	} {
		v, ok, err := samplingValue(config, s.from, s.whole)
		if err != nil {
			k.fail(err)
		} else if ok && k.err == nil {
			k.meta.Set("general.sampling."+s.to, v)
		}
	}
}

func samplingValue(config section, key string, whole bool) (v gguf.Value, ok bool, err error) {
	if !whole {
		f, ok, err := config.float(key)
		return gguf.Float32(float32(f)), ok, err
	}
	n, ok, err := config.integer(key)
	if err == nil && n != int64(int32(n)) {
		err = config.fault(key, "out of the range of an int32")
	}
	return gguf.Int32(int32(n)), ok && err == nil, err
}

// identity gathers the general keys from the model card, then, for what it
// does not say, from the name in config.json, then from the directory's.
func (m *model) identity(params paramCounts) (*identity, error) {
	card, err := readModelCard(m.dir)
	if err != nil {
		return nil, err
	}
	id := new(identity)
	id.fromCard(card, params.total)
	if from, ok := m.config.raw.String("_name_or_path"); ok && strings.Count(from, "/") <= 1 {
		id.fromName(splitName(from, params.total))
	}
	id.fromName(splitName(m.dir.Name(), params.total))
	if m.opts.Name != "" {
		id.name = field{m.opts.Name, true}
	}
	if params.total > 0 {
		id.sizeLabel.fill(sizeLabel(params))
	}
	return id, nil
}

// fromName fills in what is not known yet.
func (id *identity) fromName(p nameParts) {
	id.name.fill(title(p.full))
	id.organization.fillUnlessEmpty(title(p.organization))
	id.basename.fillUnlessEmpty(p.basename)
	id.finetune.fillUnlessEmpty(p.finetune)
	id.version.fillUnlessEmpty(p.version)
	id.sizeLabel.fillUnlessEmpty(p.sizeLabel)
}

// cardSpellings are the keys of a model card that fill a field, in the order
// in which they are asked.
func (id *identity) cardSpellings() []struct {
	to   *field
	keys []string
} {
	return []struct {
		to   *field
		keys []string
	}{
		{&id.name, []string{"name", "model_name"}},
		{&id.author, []string{"author", "model_author", "model_creator"}},
		{&id.version, []string{"version", "model_version"}},
		{&id.organization, []string{"organization", "model_organization"}},
		{&id.description, []string{"description", "model_description"}},
		{&id.finetune, []string{"finetune", "model_finetune"}},
		{&id.basename, []string{"basename", "model_basename", "model_type"}},
		{&id.sizeLabel, []string{"size_label", "model_size_label"}},
		{&id.sourceURL, []string{"url", "model_url"}},
		{&id.sourceDOI, []string{"doi", "model_doi"}},
		{&id.sourceUUID, []string{"uuid", "model_uuid"}},
		{&id.sourceRepoURL, []string{"repo_url", "model_repo_url"}},
		{&id.licenseName, []string{"license_name"}},
		{&id.licenseLink, []string{"license_link"}},
	}
}

func (id *identity) fromCard(card modelCard, parameters int64) {
	for _, spelling := range id.cardSpellings() {
		for _, key := range spelling.keys {
			if text, ok := card.text(key); ok {
				spelling.to.fill(text)
			}
		}
	}
	if text, ok := card.text("license"); ok {
		id.license.fill(text)
	} else {
		id.license.fillUnlessEmpty(strings.Join(card.texts("license"), ","))
	}
	id.baseModels = relatives(card, parameters, "base_model", "base_models", "base_model_sources")
	id.datasets = relatives(card, parameters, "datasets", "dataset", "dataset_sources")
	id.tags = slices.Concat(card.texts("tags"), card.texts("pipeline_tag"))
	id.languages = slices.Concat(card.texts("languages"), card.texts("language"))
}

// relatives returns the list under the first of keys that the card has, nil
// where it has none.
func relatives(card modelCard, parameters int64, keys ...string) []relative {
	i := slices.IndexFunc(keys, card.has)
	if i < 0 {
		return nil
	}
	list := []relative{}
	for _, node := range card.nodes(keys[i]) {
		list = append(list, newRelative(node, parameters))
	}
	return list
}

var modelAddress = regexp.MustCompile(`^https?://huggingface.co/([^/]+/[^/]+)$`)

// newRelative reads an entry: an identifier such as "org/name", an address, or
// a mapping that spells everything out.
func newRelative(node *yaml.Node, parameters int64) relative {
	r := relative{}
	switch {
	case node.Kind == yaml.MappingNode:
		entry := fields(node)
		for _, key := range relativeKeys {
			r[key], _ = entry.text(key)
		}
	case node.Kind == yaml.ScalarNode && isAddress(node.Value):
		if match := modelAddress.FindStringSubmatch(node.Value); match != nil {
			r.fromName(splitName(match[1], parameters))
		}
		r["repo_url"] = node.Value
	case node.Kind == yaml.ScalarNode && scalarKind(node) == yamlString:
		p := splitName(node.Value, parameters)
		r.fromName(p)
		if p.organization != "" && p.full != "" {
			r["repo_url"] = fmt.Sprintf("https://huggingface.co/%s/%s", p.organization, p.full)
		}
	}
	return r
}

func (r relative) fromName(p nameParts) {
	r["name"], r["organization"], r["version"] = title(p.full), title(p.organization), p.version
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "ssh://")
}
