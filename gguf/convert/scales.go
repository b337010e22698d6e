package convert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// defaultScaleBlock is how many rows and columns share a scale where the
// configuration does not say.
const defaultScaleBlock = 128

const scaleSuffix = "_scale_inv"

// applyScales multiplies F8 weights with their scales and leaves the scales
// out. Of quantized checkpoints, those with quant_method fp8 are read; others
// are refused.
func (m *model) applyScales(sources []sourceTensor) ([]sourceTensor, error) {
	q, ok, err := m.config.section.section("quantization_config")
	if err != nil {
		return nil, err
	}
	method := ""
	if ok {
		if method, _, err = q.text("quant_method"); err != nil {
			return nil, err
		}
	}
	if method == "" && m.dir.Has("hf_quant_config.json") {
		method = "modelopt"
	}
	switch method {
	case "":
		for _, s := range sources {
			if strings.HasSuffix(s.name, scaleSuffix) {
				return nil, fmt.Errorf("%s: %w: no quantization_config, but tensor %q scales another", m.config.where, ErrFormat, s.name)
			}
		}
		return sources, nil
	case "fp8":
	default:
		return nil, fmt.Errorf("%s: %w: weights quantized by %q; nibble converts unquantized and fp8 checkpoints", m.config.where, ErrUnsupported, method)
	}
	blockRows, blockColumns, err := scaleBlock(q)
	if err != nil {
		return nil, err
	}

	at := make(map[string]int, len(sources))
	for i, s := range sources {
		at[s.name] = i
	}
	for _, s := range sources {
		weight, ok := strings.CutSuffix(s.name, scaleSuffix)
		if !ok {
			continue
		}
		if !slices.Contains(widenable, s.rows.dtype()) {
			return nil, fmt.Errorf("tensor %q: %w: a scale of type %v", s.name, ErrUnsupported, s.rows.dtype())
		}
		i, ok := at[weight]
		if !ok {
			return nil, fmt.Errorf("%w: tensor %q is a scale without its weight", ErrFormat, s.name)
		}
		if sources[i].rows, err = scaled(sources[i].rows, s.rows, blockRows, blockColumns); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", s.name, err)
		}
	}
	return slices.DeleteFunc(sources, func(s sourceTensor) bool {
		return strings.HasSuffix(s.name, scaleSuffix) || strings.HasSuffix(s.name, "activation_scale")
	}), nil
}

// scaleBlock reads weight_block_size.
func scaleBlock(q section) (rows, columns int64, err error) {
	_, v := q.find("weight_block_size")
	if v == nil {
		return defaultScaleBlock, defaultScaleBlock, nil
	}
	size, _ := v.(jsonread.Array)
	if len(size) == 2 {
		rows, err = wholeNumber(size[0])
		if err == nil {
			columns, err = wholeNumber(size[1])
		}
	}
	if err != nil || rows <= 0 || columns <= 0 {
		return 0, 0, q.fault("weight_block_size", "want two whole numbers above zero")
	}
	return rows, columns, nil
}

func wholeNumber(v jsonread.Value) (int64, error) {
	number, _ := v.(jsonread.Number)
	return number.Int()
}

// scaled applies one scale for the whole tensor, one for each row, or one for
// each block.
func scaled(weight, scale rows, blockRows, blockColumns int64) (rows, error) {
	w, s := weight.shape(), scale.shape()
	if valueCount(s) == 1 {
		return blockScaled(weight, scale, 1, 1), nil
	}
	if len(w) == 2 && valueCount(s) == w[0] && s[0] == w[0] && (len(s) == 1 || blockRows > 1) {
		return blockScaled(weight, scale, 1, w[1]), nil
	}
	if len(w) == 2 && len(s) == 2 && s[0] == ceilDiv(w[0], blockRows) && s[1] == ceilDiv(w[1], blockColumns) {
		return blockScaled(weight, scale, blockRows, blockColumns), nil
	}
	return nil, fmt.Errorf("%w: shape %v does not scale a weight of shape %v in blocks of %d x %d", ErrFormat, s, w, blockRows, blockColumns)
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }
