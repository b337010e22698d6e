package quantize

import (
	"cmp"
	"strings"
)

// A role is what a tensor does in a model, as far as the recipes tell tensors
// apart: by their names in GGUF files.
type role uint8

const (
	roleOther      role = iota
	roleOutput          // projects to the vocabulary
	roleEmbedding       // token embeddings
	roleValue           // attention values, alone or fused with queries or keys
	roleKey             // attention keys
	roleQuery           // attention queries
	roleAttnOutput      // projects attention back
	roleUp              // into the feed-forward layer, of experts too
	roleGate            // the same, or both in one
	roleDown            // out of the feed-forward layer
	roles
)

// roleNames is searched in order: some names contain others.
var roleNames = [...]struct {
	part string
	role role
}{
	{"attn_qkv.weight", roleValue},
	{"attn_kv_b.weight", roleValue},
	{"attn_v.weight", roleValue},
	{"attn_k.weight", roleKey},
	{"attn_q.weight", roleQuery},
	{"attn_output.weight", roleAttnOutput},
	{"ffn_up", roleUp},
	{"ffn_gate", roleGate}, // ffn_gate_up, too
	{"ffn_down", roleDown},
}

func roleOf(name string) role {
	switch name {
	case "output.weight":
		return roleOutput
	case "token_embd.weight", "per_layer_token_embd.weight":
		return roleEmbedding
	}
	for _, n := range roleNames {
		if strings.Contains(name, n.part) {
			return n.role
		}
	}
	return roleOther
}

// keptNames are parts of the names of tensors that no recipe quantizes: they are
// small, or a model suffers out of proportion.
var keptNames = [...]string{
	"_norm.weight",
	"ffn_gate_inp.weight", "ffn_gate_tid2eid.weight", // routers of experts
	"altup", "laurel", "per_layer_model_proj",
	"ssm_conv1d", "shortconv.conv.weight",
	"indexer.k_proj.weight", "indexer.q_proj.weight",
	"time_mix_first.weight",
	"time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight",
	"time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight",
	"time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
	"time_mix_g1.weight", "time_mix_g2.weight",
	"time_mix_decay_w1.weight", "time_mix_decay_w2.weight",
	"time_mix_lerp_fused.weight",
	"attn_rel_b.weight", ".position_embd",
	"sam.pos_embd", "sam.neck.", "sam.net_", ".rel_pos", ".patch_embd", ".patch_merger", // vision
	"a.rvq.codebook", "mm.a.code_embd", // audio
}

// IsTokenEmbedding reports whether a tensor of that name holds token embeddings.
func IsTokenEmbedding(name string) bool { return roleOf(name) == roleEmbedding }

// Quantizable reports whether recipes touch the tensor at all. Trailing
// dimensions of 1 do not count.
func (t TensorShape) Quantizable() bool {
	dims := len(t.Dims)
	for dims > 0 && t.Dims[dims-1] == 1 {
		dims--
	}
	if dims < 2 || !strings.HasSuffix(t.Name, "weight") {
		return false
	}
	if t.Name == "position_embd.weight" || t.Name == "token_types.weight" {
		return false
	}
	for _, part := range keptNames {
		if strings.Contains(t.Name, part) {
			return false
		}
	}
	return true
}

// layerOf returns N of a name that starts with "blk.N.", and -1 for others.
func layerOf(name string) int {
	rest, ok := strings.CutPrefix(name, "blk.")
	if !ok {
		return -1
	}
	n, digits := 0, 0
	for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' && n < 1<<24 {
		n = 10*n + int(rest[digits]-'0')
		digits++
	}
	if digits == 0 || digits == len(rest) || rest[digits] != '.' {
		return -1
	}
	return n
}

// CompareTensorNames orders tensors as llama-quantize writes them and as its
// rules count them: by the layer number in the name, those without one first,
// then by the bytes of the name.
func CompareTensorNames(a, b string) int {
	return cmp.Or(cmp.Compare(layerOf(a), layerOf(b)), cmp.Compare(a, b))
}
