package scan

// DeepSeekCoder scans for the pre-tokenizers of DeepSeek Coder: Splits that
// each cut what those before have left whole, and Digits.
//
//	[\r\n]
//	\s?\p{L}+
//	\s?\p{P}+
//	[一-龥ࠀ-一가-퟿]+
//	Digits, each on its own
func DeepSeekCoder(s string, pos int) int {
	if i := afterFirstSpaced(s, pos); i != 0 {
		if i = asciiLetters(s, i); i == len(s) || s[i] < 0x80 {
			return i
		}
	}
	return deepSeekCoder.piece(s, pos)
}

var deepSeekCoder = layers{ascii: deepSeekCoderLayers, beyond: deepSeekCoderLayers}

var deepSeekCoderLayers = layersByClass{
	bitUpper: inFirst, bitLower: inFirst, bitCaseless: inFirst,
	bitPunct: inSecond, bitNumber: isNumeric, bitSpace: isSpace,
}
