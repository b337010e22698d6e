package convert

import (
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// What the configuration classes compute and check, beyond constants. A class
// that refuses a configuration takes all of its defaults with it, so the
// checks decide about metadata as much as the defaults do.

func both(first, second func(*jsonread.Object) bool) func(*jsonread.Object) bool {
	return func(o *jsonread.Object) bool { return first(o) && second(o) }
}

// headsForKeys gives each query head a key head of its own where the number of
// key heads is null.
func headsForKeys(o *jsonread.Object) bool {
	if v, _ := o.Get("num_key_value_heads"); v == nil {
		heads, _ := o.Get("num_attention_heads")
		o.Set("num_key_value_heads", heads)
	}
	return true
}

// evenHeads divides the width among the heads where head_dim is null.
func evenHeads(o *jsonread.Object) bool {
	if v, _ := o.Get("head_dim"); v != nil {
		return true
	}
	length, ok := evenHeadLength(o)
	if ok {
		o.Set("head_dim", count(length))
	}
	return ok
}

func evenHeadLength(o *jsonread.Object) (int64, bool) {
	width, ok1 := o.Int("hidden_size")
	heads, ok2 := o.Int("num_attention_heads")
	if !ok1 || !ok2 || heads <= 0 {
		return 0, false
	}
	return width / heads, true
}

// unusedWindow drops the sliding window where it is not said to be used.
func unusedWindow(o *jsonread.Object) bool {
	if used, _ := o.Bool("use_sliding_window"); !used {
		o.Set("sliding_window", nil)
	}
	return true
}

// bidirectionalWindow halves the window of a Gemma 3 that looks both ways: it
// is then counted to one side, and without its end.
func bidirectionalWindow(o *jsonread.Object) bool {
	if both, _ := o.Bool("use_bidirectional_attention"); !both {
		return true
	}
	window, ok := o.Int("sliding_window")
	if ok {
		o.Set("sliding_window", count(window/2+1))
	}
	return ok
}

// ropeNeeds lists what rope_scaling must say besides rope_type.
var ropeNeeds = map[string][]string{
	"default":  nil,
	"linear":   {"factor"},
	"dynamic":  {"factor"},
	"yarn":     {"factor"},
	"longrope": {"short_factor", "long_factor"},
	"llama3":   {"factor", "original_max_position_embeddings", "low_freq_factor", "high_freq_factor"},
}

// validRope returns the check of rope_scaling. Most classes take the old key
// type for rope_type, and copy it; where renames is false the class does not,
// and misses rope_type.
func validRope(renames bool) func(*jsonread.Object) bool {
	return func(o *jsonread.Object) bool {
		v, _ := o.Get("rope_scaling")
		if v == nil {
			return true
		}
		scaling, ok := v.(*jsonread.Object)
		if !ok {
			return false
		}
		old, hasOld := scaling.Get("type")
		if hasOld && renames {
			scaling.Set("rope_type", old)
		}
		kind, isString := "default", true
		if v, ok := scaling.Get("rope_type"); ok {
			kind, isString = v.(string)
		} else if hasOld {
			kind, isString = old.(string)
		}
		needs, known := ropeNeeds[kind]
		if !isString || !known {
			return true
		}
		return scaling.Has("rope_type") && !slices.ContainsFunc(needs, func(key string) bool { return !scaling.Has(key) })
	}
}

var layerTypes = []string{"full_attention", "sliding_attention", "chunked_attention", "linear_attention"}

// validLayerTypes wants one known type for each layer, where any are given.
func validLayerTypes(o *jsonread.Object) bool {
	v, _ := o.Get("layer_types")
	if v == nil {
		return true
	}
	types, ok := v.(jsonread.Array)
	if !ok {
		return false
	}
	if layers, ok := o.Int("num_hidden_layers"); ok && int64(len(types)) != layers {
		return false
	}
	return !slices.ContainsFunc(types, func(v jsonread.Value) bool {
		name, ok := v.(string)
		return !ok || !slices.Contains(layerTypes, name)
	})
}

// phi3RopeType gives the older names of longrope their present one.
func phi3RopeType(o *jsonread.Object) bool {
	scaling, ok := o.Object("rope_scaling")
	if !ok {
		return true
	}
	if kind, _ := scaling.String("type"); kind == "su" || kind == "yarn" {
		scaling.Set("type", "longrope")
	}
	return true
}

// validPhi3Rope wants of rope_scaling the type and two lists of factors, one
// for each pair of rotated values, and nothing else.
func validPhi3Rope(o *jsonread.Object) bool {
	v, _ := o.Get("rope_scaling")
	if v == nil {
		return true
	}
	scaling, ok := v.(*jsonread.Object)
	if !ok || scaling.Len() != 3 {
		return false
	}
	if kind, _ := scaling.String("type"); kind != "longrope" {
		return false
	}
	length, ok := evenHeadLength(o)
	fraction, ok2 := o.Float("partial_rotary_factor")
	if !ok || !ok2 {
		return false
	}
	pairs := int(float64(length)*fraction) / 2
	for _, key := range []string{"short_factor", "long_factor"} {
		factors, ok := scaling.Array(key)
		if !ok || len(factors) != pairs || slices.ContainsFunc(factors, func(v jsonread.Value) bool {
			_, isNumber := v.(jsonread.Number)
			return !isNumber
		}) {
			return false
		}
	}
	return true
}

// count returns a whole number as it would stand in config.json.
func count(v int64) jsonread.Value { return num(strconv.FormatInt(v, 10)) }
