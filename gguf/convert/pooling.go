package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// The ways to make one embedding of a text from those of its tokens.
const (
	poolingMean = 1
	poolingCLS  = 2
	poolingLast = 3
)

// poolingKey writes the kind of pooling of a sentence-transformers model:
// modules.json names the folder that says it.
func poolingKey(m *model, k *keys) {
	data, err := m.dir.readFile("modules.json")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		k.fail(err)
		return
	}
	folder, ok, err := poolingFolder(filepath.Join(m.dir.path, "modules.json"), data)
	if err != nil {
		k.fail(err)
		return
	}
	if !ok {
		return
	}
	kind, err := m.poolingKind(path.Join(folder, configFile))
	if err != nil {
		k.fail(err)
		return
	}
	k.set("pooling_type", gguf.Uint32(kind))
}

func poolingFolder(where string, data []byte) (folder string, ok bool, err error) {
	v, err := jsonread.Parse(data, jsonread.Options{})
	if err != nil {
		return "", false, fmt.Errorf("%s: %w: %w", where, ErrFormat, err)
	}
	modules, ok := v.(jsonread.Array)
	if !ok {
		return "", false, fmt.Errorf("%s: %w: want an array, have %s", where, ErrFormat, kindOf(v))
	}
	for _, v := range modules {
		module, _ := v.(*jsonread.Object)
		if kind, _ := module.String("type"); kind != "sentence_transformers.models.Pooling" {
			continue
		}
		if folder, ok = module.String("path"); !ok || !filepath.IsLocal(folder) {
			return "", false, fmt.Errorf("%s: %w: the path of the pooling module is no folder of the model", where, ErrFormat)
		}
		return folder, true, nil
	}
	return "", false, nil
}

func (m *model) poolingKind(name string) (uint32, error) {
	where := filepath.Join(m.dir.path, name)
	data, err := m.dir.readFile(name)
	if err != nil {
		return 0, err
	}
	pooling, err := jsonread.ParseObject(data, jsonread.Options{})
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %w", where, ErrFormat, err)
	}
	for _, mode := range []struct {
		key  string
		kind uint32
	}{
		{"pooling_mode_mean_tokens", poolingMean},
		{"pooling_mode_cls_token", poolingCLS},
		{"pooling_mode_lasttoken", poolingLast},
	} {
		if on, _ := pooling.Bool(mode.key); on {
			return mode.kind, nil
		}
	}
	return 0, fmt.Errorf("%s: %w: pooling other than by mean, first or last token", where, ErrUnsupported)
}
