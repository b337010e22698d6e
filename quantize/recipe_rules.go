package quantize

// The rules of the recipes as data. For a tensor of a given role the first rule
// applies that belongs to the recipe and whose conditions all hold; where none
// does, the tensor gets the recipe's default type.

// A rule gives a type to some tensors.
type rule struct {
	files fileSet // the recipes that the rule belongs to
	needs facts   // what must hold
	use   Type
}

// fileSet has bit ft set for each recipe ft in it.
type fileSet uint64

const allFiles = ^fileSet(0)

func (s fileSet) has(ft FileType) bool { return s>>ft&1 != 0 }

// facts are conditions on the model and on the place of a tensor among its
// like; [selection.place] says what is counted.
type facts uint16

const (
	groupedQuery facts = 1 << iota // at least four query heads share a key and value head
	fourExperts                    // or more
	eightExperts
	notEightExperts
	falcon // the architecture
	notFalcon
	importance // an importance matrix is given
	noImportance

	firstTwo
	firstFour
	firstSixteenth
	firstEighth
	spread // in the first or last eighth, or every third between
	middle // neither in the first nor in the last eighth
)

// lowFiles are the recipes below three bits with rules of their own; lowerFiles
// and upperFiles are its two halves.
const (
	oneBit     fileSet = 1<<FileTypeIQ1_S | 1<<FileTypeIQ1_M
	lowerFiles         = oneBit | 1<<FileTypeIQ2_XXS | 1<<FileTypeIQ2_XS
	upperFiles fileSet = 1<<FileTypeIQ2_S | 1<<FileTypeIQ2_M
	lowFiles           = lowerFiles | upperFiles
)

// outputRules are for the output tensor, and for the token embeddings where
// they serve as output too.
var outputRules = []rule{
	{1 << FileTypeMXFP4_MOE, 0, Q8_0},
	{allFiles, falcon, Q8_0},
	{lowFiles | 1<<FileTypeIQ3_XXS, 0, Q5_K},
	{allFiles &^ (1 << FileTypeQ8_0), 0, Q6_K},
}

var embeddingRules = []rule{
	{lowerFiles, 0, Q2_K},
	{upperFiles | 1<<FileTypeIQ3_XXS, 0, IQ3_S},
	{1<<FileTypeTQ1_0 | 1<<FileTypeTQ2_0 | 1<<FileTypeQ2_0, 0, Q4_K},
}

var lowRules = [roles][]rule{
	roleValue: {
		{lowFiles, groupedQuery, Q4_K},
		{lowFiles, fourExperts, Q4_K},
		{upperFiles, 0, IQ3_S},
		{lowFiles, 0, Q2_K},
	},
	roleKey: {
		{lowFiles, eightExperts, Q4_K},
	},
	roleDown: {
		{upperFiles, firstEighth, IQ3_S},
		{lowFiles, firstEighth, Q2_K},
	},
	roleAttnOutput: {
		{lowFiles, eightExperts, Q5_K},
		{oneBit, 0, IQ2_XXS},
		{upperFiles, 0, IQ3_S},
	},
}

var rules = [roles][]rule{
	roleValue: {
		{allFiles, eightExperts, Q8_0},
		{1 << FileTypeQ2_K, groupedQuery, Q4_K},
		{1 << FileTypeQ2_K, 0, Q3_K},
		{1 << FileTypeQ2_K_S, groupedQuery, Q4_K},
		{1 << FileTypeIQ3_XXS, groupedQuery, Q4_K},
		{1 << FileTypeIQ3_XXS, importance, IQ3_XXS},
		{1 << FileTypeIQ3_XXS, 0, IQ3_S},
		{1<<FileTypeIQ3_XS | 1<<FileTypeIQ3_S, groupedQuery, Q4_K},
		{1 << FileTypeIQ3_M, 0, Q4_K},
		{1 << FileTypeQ3_K_M, firstTwo, Q5_K},
		{1 << FileTypeQ3_K_M, 0, Q4_K},
		{1 << FileTypeQ3_K_L, 0, Q5_K},
		{1<<FileTypeIQ4_NL | 1<<FileTypeIQ4_XS, groupedQuery, Q5_K},
		{1<<FileTypeQ4_K_M | 1<<FileTypeQ5_K_M, spread, Q6_K},
		{1 << FileTypeQ4_K_S, firstFour, Q5_K},
	},
	roleKey: {
		{allFiles, eightExperts, Q8_0},
		{1 << FileTypeIQ3_XS, 0, IQ3_XXS},
		{1 << FileTypeIQ3_XXS, 0, IQ2_S},
	},
	roleQuery: {
		{1 << FileTypeIQ3_XS, 0, IQ3_XXS},
		{1 << FileTypeIQ3_XXS, 0, IQ2_S},
	},
	roleDown: {
		{1 << FileTypeQ2_K, 0, Q3_K},
		{1 << FileTypeQ2_K_S, firstEighth, Q4_K},
		{1 << FileTypeIQ3_XXS, noImportance | firstEighth, Q4_K},
		{1 << FileTypeIQ3_XXS, noImportance, Q3_K},
		{1 << FileTypeQ3_K_M, firstSixteenth, Q5_K},
		{1 << FileTypeQ3_K_M, notFalcon, Q4_K},
		{1 << FileTypeQ3_K_M, spread, Q4_K},
		{1 << FileTypeIQ3_M, firstEighth, Q4_K},
		{1 << FileTypeIQ3_M, eightExperts | spread, Q4_K},
		{1 << FileTypeQ3_K_L, falcon, Q4_K},
		{1 << FileTypeQ3_K_L, 0, Q5_K},
		{1 << FileTypeQ4_K_M, falcon | firstSixteenth, Q6_K},
		{1 << FileTypeQ4_K_M, falcon | spread, Q5_K},
		{1 << FileTypeQ4_K_M, notFalcon | spread, Q6_K},
		{1<<FileTypeIQ4_NL | 1<<FileTypeIQ4_XS, noImportance | firstEighth, Q5_K},
		{1 << FileTypeQ5_K_M, spread, Q6_K},
		{1 << FileTypeQ4_K_S, notFalcon | firstEighth, Q5_K},
		{1 << FileTypeQ4_0, importance | firstEighth, Q4_1},
		{1 << FileTypeQ5_0, importance | firstEighth, Q5_1},
	},
	roleAttnOutput: {
		{1 << FileTypeQ3_K_L, falcon, Q4_K},
		{1<<FileTypeQ2_K | 1<<FileTypeIQ3_XS | 1<<FileTypeIQ3_XXS | 1<<FileTypeIQ3_S | 1<<FileTypeIQ3_M |
			1<<FileTypeQ3_K_S | 1<<FileTypeQ3_K_M | 1<<FileTypeQ4_K_S | 1<<FileTypeQ4_K_M |
			1<<FileTypeIQ4_NL | 1<<FileTypeIQ4_XS, notFalcon | eightExperts, Q5_K},
		{1 << FileTypeQ2_K, notFalcon | notEightExperts, Q3_K},
		{1 << FileTypeIQ3_XXS, notFalcon | notEightExperts, IQ3_S},
		{1<<FileTypeQ3_K_M | 1<<FileTypeIQ3_M, notFalcon | notEightExperts, Q4_K},
		{1 << FileTypeQ3_K_L, notFalcon | notEightExperts, Q5_K},
	},
	roleGate: {{1 << FileTypeIQ3_XS, middle, IQ3_XXS}},
	roleUp:   {{1 << FileTypeIQ3_XS, middle, IQ3_XXS}},
}

// fallback returns the type that takes the place of t where rows are not whole
// blocks of t.
func fallback(t Type) (Type, bool) {
	switch t {
	case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS:
		return IQ4_NL, true
	case Q2_0, Q2_K, Q3_K, TQ1_0, TQ2_0:
		return Q4_0, true
	case Q4_K:
		return Q5_0, true
	case Q5_K:
		return Q5_1, true
	case Q6_K:
		return Q8_0, true
	}
	return 0, false
}

// requiresImportance reports whether t is too coarse to be chosen without an
// importance matrix.
func requiresImportance(ft FileType, t Type) bool {
	switch t {
	case IQ3_XXS, IQ2_XXS, IQ2_XS, IQ2_S, IQ1_M, IQ1_S:
		return true
	}
	return ft == FileTypeQ2_K_S && t == Q2_K
}

// valueTypeOf70B raises the values of models of that size: eight query heads
// share one, so that they are small and matter more.
func valueTypeOf70B(t Type) Type {
	if t == Q3_K || t == Q4_K {
		return Q5_K
	}
	return t
}
