package convert

import (
	"fmt"
	"path/filepath"

	"github.com/nibble-go/nibble/internal/jsonread"
)

const configFile = "config.json"

// config is config.json as the reference converter sees it: completed by the
// defaults of the model_type's configuration class, with the part about text
// lifted to the root (llama.cpp.md, section 4.3).
type config struct {
	section
	raw  *jsonread.Object // the file as it stands
	rope section          // rope_parameters or rope_scaling, and what belongs to it from the root
}

// textSections are the keys under which models of several parts keep the
// configuration of the language model. The last that is there wins.
var textSections = [][]string{
	{"llm_config"}, {"lm_config"}, {"thinker_config", "text_config"}, {"language_config"}, {"lfm"},
}

// readConfig reads config.json.
func readConfig(dir *directory) (*config, error) {
	where := filepath.Join(dir.path, configFile)
	data, err := dir.readFile(configFile)
	if err != nil {
		return nil, err
	}
	raw, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", where, ErrFormat, err)
	}
	return newConfig(where, raw)
}

func newConfig(where string, raw *jsonread.Object) (*config, error) {
	c := &config{section: section{where, withDefaults(raw)}, raw: raw}
	if err := c.liftText(); err != nil {
		return nil, err
	}
	if err := c.collectRope(); err != nil {
		return nil, err
	}
	return c, nil
}

// liftText moves the members of the text configuration to the root, over what
// stands there.
func (c *config) liftText() error {
	text, found, err := c.section.section("text_config")
	if err != nil {
		return err
	}
	for _, path := range textSections {
		s, ok := c.section, true
		for _, key := range path {
			if s, ok, err = s.section(key); err != nil || !ok {
				break
			}
		}
		if err != nil {
			return err
		}
		if ok {
			text, found = s, true
		}
	}
	if !found {
		return nil
	}
	for key, v := range text.values.Clone().All() {
		c.values.Set(key, v)
	}
	c.values.Set("text_config", text.values)
	return nil
}

// architecture returns the name of the model's class: of the text model where
// it has one of its own.
func (c *config) architecture() (string, error) {
	classes, _ := c.values.Array("architectures")
	if text, ok := c.values.Object("text_config"); ok {
		if own, ok := text.Array("architectures"); ok {
			classes = own
		}
	}
	if len(classes) == 0 {
		return "", c.missing("architectures")
	}
	class, ok := classes[0].(string)
	if !ok {
		return "", c.wrongType("architectures[0]", "a string", classes[0])
	}
	return class, nil
}

// The spellings of what rope_parameters may say itself and otherwise takes
// from the root.
var (
	ropeThetaKeys      = []string{"global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta", "rotary_emb_base"}
	localRopeThetaKeys = []string{"local_rope_theta", "rope_local_theta", "rope_theta_local", "swa_rope_theta", "rope_local_base_freq"}
	rotaryFractionKeys = []string{"partial_rotary_factor", "rope_pct", "rope_percent"}
)

// collectRope fills c.rope. Newer files keep all of it in rope_parameters, one
// object for each kind of attention where they differ; older ones scatter it
// over rope_scaling and the root, which is made to look like the newer.
func (c *config) collectRope() error {
	key := "rope_scaling"
	if c.values.Has("rope_parameters") {
		key = "rope_parameters"
	}
	rope, ok, err := c.section.section(key)
	if err != nil {
		return err
	}
	if !ok {
		rope = section{c.where + ": " + key, new(jsonread.Object)}
	}
	rope.values = rope.values.Clone()
	c.rope = rope
	if rope.values.Has("full_attention") || rope.values.Has("sliding_attention") {
		return nil
	}
	if _, v := c.find(localRopeThetaKeys...); v != nil {
		sliding := new(jsonread.Object)
		sliding.Set("rope_theta", v)
		rope.values.Set("sliding_attention", sliding)
	}
	adopt := func(key string, v jsonread.Value) {
		if v != nil && !rope.values.Has(key) {
			rope.values.Set(key, v)
		}
	}
	_, theta := c.find(ropeThetaKeys...)
	adopt("rope_theta", theta)
	_, kind := rope.find("type")
	adopt("rope_type", kind)
	_, fraction := c.find(rotaryFractionKeys...)
	adopt("partial_rotary_factor", fraction)
	_, original := c.find("original_max_position_embeddings")
	adopt("original_max_position_embeddings", original)
	return nil
}

// fullRope returns what holds for layers of full attention.
func (c *config) fullRope() (section, error) {
	full, ok, err := c.rope.section("full_attention")
	if err == nil && !ok {
		full = c.rope
	}
	return full, err
}

// headLength returns the number of values in an attention head.
func (c *config) headLength() (int64, error) {
	n, ok, err := c.integer("head_dim")
	if err != nil || ok {
		return n, err
	}
	width, err := c.needInteger("hidden_size")
	if err != nil {
		return 0, err
	}
	heads, err := c.needPositive("num_attention_heads")
	if err != nil {
		return 0, err
	}
	return width / heads, nil
}
