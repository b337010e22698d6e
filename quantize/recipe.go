package quantize

import (
	"slices"
	"strconv"
)

// Model is what the recipes ask about a model.
type Model struct {
	Architecture string // general.architecture
	BlockCount   int    // layers, those that predict further tokens included
	HeadCount    int    // query heads; of the first layer, where layers differ
	HeadCountKV  int    // key and value heads; of the first layer, where layers differ
	ExpertCount  int    // 0: not a mixture of experts
}

// TensorShape is what the recipes ask about a tensor.
type TensorShape struct {
	Name string  // in the GGUF file
	Dims []int64 // innermost, the row length, first
}

// RecipeOptions change what a recipe chooses. The zero value is the recipe
// without an importance matrix.
type RecipeOptions struct {
	// HasImportance says that an importance matrix will be used. Some recipes
	// need one, others choose other types with one.
	HasImportance bool

	// Pure gives the default type to all tensors that are quantized, but for
	// those that OutputType and EmbeddingType name.
	Pure bool

	// LeaveOutput keeps output.weight as it is. Token embeddings that serve as
	// output are quantized.
	LeaveOutput bool

	// OutputType is the type of output.weight and, under a recipe whose default
	// type is a block format and without Pure, of the token embeddings where
	// they serve as output. Nil: what the rules say.
	OutputType *Type

	// EmbeddingType is the type of the token embeddings, those of single layers
	// included. Nil: what the rules say.
	EmbeddingType *Type

	// Override gives types to tensors by name, with true, and leaves the others
	// to the rules, with false. A tensor that it names does not count among its
	// like. It is not asked about tensors that OutputType and EmbeddingType
	// name, nor under Pure, F32, F16 and BF16. Nil: the rules apply to all.
	Override func(name string) (Type, bool)

	// SizesOnly chooses types that need an importance matrix even where there
	// is none: nothing is going to be encoded.
	SizesOnly bool

	// InOrder counts tensors in the order in which they are given, instead of
	// that of [CompareTensorNames]: llama-quantize does so where it keeps the
	// files of a split set.
	InOrder bool
}

// A Choice is what a recipe does with a tensor.
type Choice struct {
	// Quantize is false where the tensor keeps the type it has. The other
	// fields then mean nothing.
	Quantize bool

	Type Type

	// Wanted is what the rules asked for. It differs from Type where rows are
	// not whole blocks of Wanted, so that Type had to take its place.
	Wanted Type
}

// A RecipeError says why a recipe cannot be applied.
type RecipeError struct {
	FileType FileType
	Tensor   string // empty: the recipe as a whole
	Detail   string
	Err      error // one of the sentinels of this package, which Detail says in its own words
}

func (e *RecipeError) Error() string {
	s := e.FileType.String() + ": "
	if e.Tensor != "" {
		s += "tensor " + strconv.Quote(e.Tensor) + ": "
	}
	return s + e.Detail
}

func (e *RecipeError) Unwrap() error { return e.Err }

// Choose returns the type of each tensor, by the rules of llama-quantize.
// tensors must hold all tensors of the model, since the rules count them; they
// are counted in the order of [CompareTensorNames], whatever order they stand
// in, unless opts says otherwise.
//
// A tensor whose rows are not whole blocks of the type that the rules or opts
// ask for gets another, as [Choice] says. llama-quantize itself does so for
// what its rules ask for, and aborts on types that Pure, OutputType and
// EmbeddingType ask for.
//
// The error names the tensor. It wraps ErrUnsupported where opts ask for a type
// that nothing can be quantized to, ErrImportance where a type needs an
// importance matrix and none is given, and ErrShape where no type is defined to
// fall back on.
func (ft FileType) Choose(m Model, tensors []TensorShape, opts RecipeOptions) ([]Choice, error) {
	if !ft.Valid() {
		return nil, &RecipeError{FileType: ft, Detail: "no such recipe", Err: ErrUnsupported}
	}
	choices, err := ft.selectTypes(m, tensors, opts)
	if err != nil {
		return nil, err
	}
	for i, c := range choices {
		name := tensors[i].Name
		if c.Quantize && !opts.HasImportance && !opts.SizesOnly && ft.NeedsImportance(name, c.Type) {
			return nil, &RecipeError{FileType: ft, Tensor: name, Detail: "type " + c.Type.String() + " needs an importance matrix and none is given", Err: ErrImportance}
		}
	}
	return choices, nil
}

// NeedsImportance reports whether the tensor of that name must not get type t
// without importance weights: the result would be garbage.
func (ft FileType) NeedsImportance(name string, t Type) bool {
	r := roleOf(name)
	return r != roleOutput && r != roleEmbedding && requiresImportance(ft, t)
}

// selectTypes applies the rules, whether there is the importance matrix that the
// types need or not.
func (ft FileType) selectTypes(m Model, tensors []TensorShape, opts RecipeOptions) ([]Choice, error) {
	order := make([]int, len(tensors))
	for i := range order {
		order[i] = i
	}
	if !opts.InOrder {
		slices.SortStableFunc(order, func(i, j int) int {
			return CompareTensorNames(tensors[i].Name, tensors[j].Name)
		})
	}
	s := newSelection(ft, m, tensors, opts)
	choices := make([]Choice, len(tensors))
	for _, i := range order {
		t := tensors[i]
		if !t.Quantizable() || opts.LeaveOutput && roleOf(t.Name) == roleOutput {
			continue
		}
		wanted, err := s.wanted(t)
		if err != nil {
			return nil, err
		}
		used, err := s.fit(t, wanted)
		if err != nil {
			return nil, err
		}
		choices[i] = Choice{Quantize: true, Type: used, Wanted: wanted}
	}
	return choices, nil
}

// A selection is one pass of the rules over the tensors of a model.
type selection struct {
	ft         FileType
	model      Model
	opts       RecipeOptions
	facts      facts // those that hold for every tensor
	tied       bool  // the token embeddings serve as output
	valueCount int   // number of tensors with roleValue
	seen       [roles]int
}

func newSelection(ft FileType, m Model, tensors []TensorShape, opts RecipeOptions) *selection {
	s := &selection{ft: ft, model: m, opts: opts, tied: true}
	for _, t := range tensors {
		switch roleOf(t.Name) {
		case roleOutput:
			s.tied = false
		case roleValue:
			s.valueCount++
		}
	}
	grouped := m.HeadCountKV > 0 && m.HeadCount/m.HeadCountKV >= 4
	s.facts = when(grouped, groupedQuery) |
		when(m.ExpertCount >= 4, fourExperts) |
		either(m.ExpertCount == 8, eightExperts, notEightExperts) |
		either(m.Architecture == "falcon", falcon, notFalcon) |
		either(opts.HasImportance, importance, noImportance)
	return s
}

func when(holds bool, f facts) facts { return either(holds, f, 0) }

func either(holds bool, yes, no facts) facts {
	if holds {
		return yes
	}
	return no
}

// wanted returns the type that the options or the rules ask for. It must be
// called once for each tensor that is quantized, in llama-quantize's order.
func (s *selection) wanted(t TensorShape) (Type, error) {
	r := roleOf(t.Name)
	if chosen, ok := s.chosen(t.Name, r); ok {
		if !chosen.CanEncode() {
			return 0, &RecipeError{FileType: s.ft, Tensor: t.Name, Detail: "type " + chosen.String() + " is asked for, and nothing can be quantized to it", Err: ErrUnsupported}
		}
		return chosen, nil
	}
	standard := s.ft.Default()
	switch {
	case r == roleOutput, r == roleEmbedding && s.tied:
		if s.ft != FileTypeMXFP4_MOE && t.Dims[0]%int64(standard.BlockSize()) != 0 {
			return Q8_0, nil
		}
		return s.first(outputRules, s.facts), nil
	case s.ft == FileTypeMXFP4_MOE:
		if len(t.Dims) > 2 && t.Dims[2] > 1 { // experts
			return MXFP4, nil
		}
		return Q8_0, nil
	case r == roleEmbedding:
		return s.first(embeddingRules, s.facts), nil
	}
	place, err := s.place(t.Name, r)
	if err != nil {
		return 0, err
	}
	if lowFiles.has(s.ft) {
		return s.first(lowRules[r], s.facts|place), nil
	}
	wanted := s.first(rules[r], s.facts|place)
	if r == roleValue && s.model.is70B() {
		wanted = valueTypeOf70B(wanted)
	}
	return wanted, nil
}

// chosen returns the type that the options give to a tensor, and false where
// the rules decide.
func (s *selection) chosen(name string, r role) (Type, bool) {
	standard := s.ft.Default()
	switch {
	case r == roleEmbedding && s.opts.EmbeddingType != nil:
		return *s.opts.EmbeddingType, true
	case r == roleOutput && s.opts.OutputType != nil:
		return *s.opts.OutputType, true
	case s.opts.Pure, standard.BlockSize() == 1:
		return standard, true
	}
	if s.opts.Override != nil {
		if t, ok := s.opts.Override(name); ok {
			return t, true
		}
	}
	if r == roleEmbedding && s.tied && s.opts.OutputType != nil {
		return *s.opts.OutputType, true
	}
	return 0, false
}

// first returns the type of the first rule that applies.
func (s *selection) first(rules []rule, hold facts) Type {
	for _, r := range rules {
		if r.files.has(s.ft) && r.needs&^hold == 0 {
			return r.use
		}
	}
	return s.ft.Default()
}

// place returns the facts about where the tensor stands. Values count among all
// values. The tensors of the feed-forward layers count by layer: in a mixture of
// experts by the layer's number in the name, else, and always in the low
// recipes, by how many of their role went before.
func (s *selection) place(name string, r role) (facts, error) {
	i, n := s.seen[r], s.model.BlockCount
	s.seen[r]++
	switch r {
	case roleValue:
		n = s.valueCount
	case roleUp, roleGate, roleDown:
		if s.model.ExpertCount > 1 && !lowFiles.has(s.ft) {
			if i = layerOf(name); i < 0 || i >= n {
				return 0, &RecipeError{FileType: s.ft, Tensor: name, Detail: "its name has no layer number below " + strconv.Itoa(n) + ", which the rules for experts need", Err: ErrUnsupported}
			}
		}
	}
	eighth := n / 8
	outside := i < eighth || i >= 7*n/8
	return when(i < 2, firstTwo) |
		when(i < 4, firstFour) |
		when(i < n/16, firstSixteenth) |
		when(i < eighth, firstEighth) |
		when(outside || (i-eighth)%3 == 2, spread) |
		when(!outside, middle), nil
}

// fit returns wanted or, where the tensor's rows are not whole blocks of it, the
// type that takes its place.
func (s *selection) fit(t TensorShape, wanted Type) (Type, error) {
	if t.Dims[0]%int64(wanted.BlockSize()) == 0 {
		return wanted, nil
	}
	used, ok := fallback(wanted)
	if !ok {
		return 0, &RecipeError{FileType: s.ft, Tensor: t.Name, Err: ErrShape,
			Detail: "rows of " + strconv.FormatInt(t.Dims[0], 10) + " values are not whole blocks of " + wanted.String() +
				" (" + strconv.Itoa(wanted.BlockSize()) + "), and no type is defined to fall back on"}
	}
	if t.Dims[0]%int64(used.BlockSize()) != 0 {
		return F16, nil
	}
	return used, nil
}

// is70B reports whether llama.cpp names the model's size "70B".
func (m Model) is70B() bool {
	switch m.Architecture {
	case "llama", "llama-embed":
		return m.BlockCount == 80 && m.HeadCount != m.HeadCountKV
	case "qwen2", "deci", "olmo":
		return m.BlockCount == 80
	case "jais2":
		return m.BlockCount == 68
	}
	return false
}
