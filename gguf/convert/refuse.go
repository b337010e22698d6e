package convert

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/modeldir"
)

// A RefusedError says why an input is not a model that can be converted, and
// what to do instead. It wraps [ErrUnsupported].
type RefusedError struct {
	Path string
	What string // what the input is
	Hint string // what to do next
}

func (e *RefusedError) Error() string { return e.Path + ": " + e.What }

func (e *RefusedError) Unwrap() error { return ErrUnsupported }

// ggufMagic is how every GGUF file begins.
const ggufMagic = "GGUF"

// refuseFile refuses a file that does not begin as a GGUF file does, and says
// what it is instead.
func refuseFile(path string) error {
	refused := func(what, hint string) error { return &RefusedError{Path: path, What: what, Hint: hint} }
	f, _, err := modeldir.OpenRegular(path)
	if errors.Is(err, modeldir.ErrNotRegular) {
		return refused("is not a regular file", "weights are read out of order, which no pipe allows: write them to a file first")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, len(lfsMagic))
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	const again = "download it again, or give another file: every GGUF file starts with " + ggufMagic
	switch start := string(head[:n]); {
	case strings.HasPrefix(start, ggufMagic):
		return nil
	case start == "":
		return refused("is empty", again)
	case start == lfsMagic:
		return refused("is a git-lfs pointer, not the model", "fetch the file: git lfs install && git lfs pull")
	case isPickle(path):
		return refused("holds pickled weights, which run code when they are read", pickleHint)
	case isGGUF(path):
		return refused(fmt.Sprintf("starts with %q, not %q", head[:min(n, len(ggufMagic))], ggufMagic), again)
	}
	return refuseOther(path)
}

// refuseOther refuses what is neither a GGUF file nor a directory.
func refuseOther(path string) error {
	return &RefusedError{
		Path: path,
		What: "is neither a model directory nor a GGUF file",
		Hint: "give the directory that holds config.json and the .safetensors files",
	}
}

const pickleHint = "look for a revision of the model with .safetensors files, or save it as such with transformers: model.save_pretrained(DIR, safe_serialization=True)"

func isPickle(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".bin", ".pt", ".pth", ".ckpt":
		return true
	}
	return false
}

// refuse tells apart the directories that look like a model's and are not one
// that convert can read.
func (d *directory) refuse() error {
	hasWeights := slices.ContainsFunc(d.Names(), func(n string) bool {
		return strings.HasSuffix(n, ".safetensors") && !strings.HasPrefix(n, "adapter_")
	})
	refused := func(what, hint string) error {
		return &RefusedError{Path: d.path, What: what, Hint: hint}
	}
	switch {
	case d.Has("adapter_config.json") && !d.Has("config.json"),
		d.Has("adapter_model.safetensors") && !hasWeights:
		return refused("is an adapter (LoRA), not a whole model",
			"merge it into its base model first, with peft: model.merge_and_unload().save_pretrained(DIR), and convert DIR")
	case !hasWeights && slices.ContainsFunc(d.Names(), isPickle):
		return refused("has pickled weights only, which run code when they are read", pickleHint)
	case !hasWeights && slices.ContainsFunc(d.Names(), isGGUF):
		return refused("has GGUF files and no .safetensors files", "give the file itself: "+d.firstGGUF())
	case !d.Has("config.json"):
		return refused("has no config.json, so it is not a model directory in Hugging Face layout",
			"give the directory that holds config.json and the .safetensors files")
	case !hasWeights:
		return refused("has no .safetensors files", "download the weights too")
	}
	return d.refusePointers()
}

// lfsMagic is how the file begins that git puts in the place of a large one
// where git-lfs is not installed.
const lfsMagic = "version https://git-lfs"

func (d *directory) refusePointers() error {
	for _, name := range d.Names() {
		if !strings.HasSuffix(name, ".safetensors") {
			continue
		}
		f, _, err := d.open(name)
		if err != nil {
			return err
		}
		head := make([]byte, len(lfsMagic))
		n, _ := f.ReadAt(head, 0)
		if err := f.Close(); err != nil {
			return err
		}
		if string(head[:n]) == lfsMagic {
			return &RefusedError{
				Path: filepath.Join(d.path, name),
				What: "is a git-lfs pointer, not the weights",
				Hint: "fetch the weights: git lfs install && git lfs pull",
			}
		}
	}
	return nil
}

// firstGGUF returns the path of the directory's first GGUF file; of a split set
// it is the one that stands for all.
func (d *directory) firstGGUF() string {
	return filepath.Join(d.path, d.Names()[slices.IndexFunc(d.Names(), isGGUF)])
}

func isGGUF(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".gguf") }

// visionOnly lists model_type values of vision towers and projectors, which
// llama.cpp keeps in a file of their own (mmproj).
var visionOnly = []string{
	"clip", "clip_vision_model", "siglip", "siglip_vision_model", "siglip2_vision_model", "dinov2", "vit",
}

// refuseVision refuses a directory whose config.json describes a vision tower
// or a projector without a text model.
func refuseVision(path, modelType string) error {
	if !slices.Contains(visionOnly, modelType) {
		return nil
	}
	return &RefusedError{
		Path: path,
		What: fmt.Sprintf("is a vision projector (model_type %q), which has no text model", modelType),
		Hint: "convert the directory of the language model; projectors (mmproj) are llama.cpp's convert_hf_to_gguf.py --mmproj",
	}
}
