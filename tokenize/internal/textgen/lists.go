package textgen

var englishWords = []string{
	"the", "of", "and", "a", "to", "in", "is", "you", "that", "it", "he", "was", "for", "on", "are", "as", "with", "his", "they", "i", "at", "be",
	"this", "have", "from", "or", "one", "had", "by", "word", "but", "not", "what", "all", "were", "we", "when", "your", "can", "said", "there",
	"use", "an", "each", "which", "she", "do", "how", "their", "if", "will", "up", "other", "about", "out", "many", "then", "them", "these", "so",
	"some", "her", "would", "make", "like", "him", "into", "time", "has", "look", "two", "more", "write", "go", "see", "number", "no", "way",
	"could", "people", "my", "than", "first", "water", "been", "call", "who", "oil", "its", "now", "find", "long", "down", "day", "did", "get",
	"come", "made", "may", "part", "tokenizer", "hello", "world", "antidisestablishmentarianism", "quick", "brown", "fox", "jumps", "lazy", "dog",
	"soup", "rhythm", "xylophone", "zyzzyva", "unaffable", "embeddings", "transformer", "isn", "won", "kilogram", "ok",
}

var latinWords = []string{
	"naïve", "café", "cafe\u0301", "Zürich", "straße", "STRASSE", "Ærøskøbing", "œuvre", "fiancée", "señor", "jalapeño", "Þingvellir", "Łódź",
	"čeština", "žluťoučký", "Győr", "İstanbul", "ışık", "ŉ", "ﬁnd", "ﬄ", "Dvořák", "Việt", "Nguyễn", "Tiếng", "A\u030angstro\u0308m", "Ångström",
	"ſoup", "Kelvin", "ẞ", "ǅ", "ǆungla", "ĳs", "þorn", "Ǻ", "noël", "coöperate", "ʻokina", "ʼn", "ªº", "µm", "Ωhm",
}

var contractions = []string{
	"'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Ve", "'M", "'lL", "'D", "'ſ", "'st", "'llama", "'r", "'l", "'v", "’s", "’t",
	"'", "''", "'x", " 's", "'ré", "'\u017fs", "n't", "'em",
}

var punctuation = []string{
	".", ",", "!", "?", ";", ":", "...", "…", "!!", "?!", "\"", "'", "(", ")", "[", "]", "{", "}", "-", "--", "—", "–", "/", "\\", "//", "@", "#",
	"##", "$", "€", "£", "%", "&", "*", "**", "+", "=", "==", "=>", "<", ">", "</", "|", "||", "~", "`", "```", "^", "_", "__", "«", "»", "“", "”",
	"。", "，", "、", "！", "？", "「", "」", "：", "・", "～", "￥", "،", "؟", "।", "॥", "·", "•", "©", "®", "™", "°", "±", "×", "÷", "§", "¶", "¿", "¡", "²",
}

var wordSeparators = []string{" ", " ", " ", " ", " ", " ", " ", " ", "  ", "\n", "\n\n", "\t", "-", "_", ", ", ". ", "", "\u00a0", "/", "   "}

var lineEnds = []string{"\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n", "\n\n\n", "\n\r", " \n", "\n ", "\t\n", "\n\t", "\u2028", "\u0085", "\r\n\r\n", "\v", "\f"}

var codeLines = []string{
	"func main() {", "}", "return err", "if err != nil {", "for i := 0; i < n; i++ {", "x += y*z // sum", "import (", "\"fmt\"", ")",
	"def __init__(self, *args, **kwargs):", "self._value = None", "lambda x: x**2", "print(f\"{name!r}: {value:>10.3f}\")", "#!/usr/bin/env python3",
	"<div class=\"row\">&nbsp;</div>", "<!-- comment -->", "const x = async () => await fetch(url);", "let mut v: Vec<u8> = Vec::new();",
	"SELECT * FROM t WHERE id = 42;", "#include <stdio.h>", "/* a\n * b\n */", "std::cout << x << std::endl;", "{\"key\": [1, 2.5e-3, null, true]}",
	"key: value", "- item", "| a | b |", "|---|---|", "# Heading", "```go", "```", "$x = @{a=1};", "grep -rn 'a\\.b' . | sort -u >out.txt", "0xDEADBEEF",
	"camelCaseName", "snake_case_name", "SCREAMING_SNAKE", "HTTPServer2", "\\frac{a}{b}", "\\u00e9\\n\\t\\x00", "https://example.com/a?b=c&d=%20#e",
	"user@example.com", "C:\\Temp\\new.txt", "2024-01-31T23:59:59.999Z", "a=>b", "i+++j", "!==", "/////", "-----", "=======", "$$$", "((((", "\";';\"",
}

var numberSeparators = []string{".", ",", " ", "-", ":", "/", "_", "e", "x", "\u00a0", "'", ""}

var emojiSequences = []string{
	"👨\u200d👩\u200d👧\u200d👦", "👍🏽", "🏳\ufe0f\u200d🌈", "🇩🇪", "🇩🇪🇫🇷", "1\ufe0f\u20e3", "#\ufe0f\u20e3", "❤\ufe0f", "❤", "☺\ufe0e", "👩🏿\u200d🚀", "🧑\u200d💻", "🫠", "🥹",
	"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "😮\u200d💨", "🐻\u200d❄\ufe0f", "©\ufe0f", "™\ufe0f", "👁\ufe0f\u200d🗨\ufe0f", "🫱🏼\u200d🫲🏾",
}

// lookups are texts that a vocabulary, a byte alphabet, a normalizer or a
// case-insensitive pattern may have an entry for.
var lookups = []string{
	"▁", "▁▁", "▁the", "Ġ", "Ġthe", "Ċ", "ĉ", "č", "Ń", "â", "##", "##ing", "@@", "</w>", "<unk>", "[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]", "<s>", "</s>", "<pad>",
	"<|endoftext|>", "<|im_start|>", "<0x41>", "<0x0A>", "<0xZZ>", "<0x>", "ﬁ", "ﬀ", "Ĳ", "①", "㎏", "㍿", "ｶﾞ", "ｱ", "Ａ", "１", "㌀", "℃", "Å", "K", "Ω", "ſ", "ẛ̣", "ß", "ẞ", "ς",
	"Σ", "ΑΣ", "İ", "ı", "i̇", "ǰ", "ΐ", "և", "각", "가\u11a8", "\u1100\u1161", "が", "か\u3099", "é", "e\u0301", "q\u0323\u0307", "q\u0307\u0323", "ç", "😀", "�", "��", "\u0344", "\u0f73",
	"\u2126", "\u212b", "豈", "丽", "\U0002f800", "\ufb1d", "क़", "\u095c", "\U0001d15e", "\u1e9b\u0323", "ΰ", "ʼ", "´", "¨", "˘", "½", "™", "…", "‥", "ª", "\u00a0", "\u3000", "«", "“", "‘", "—", "―",
}

var notUTF8 = []string{
	"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe2\x82", "\xe2\x28\xa1", "\xe2\x82\x28", "\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
	"\xf0\x9f", "\xf0\x9f\x98", "\xf0\x28\x8c\xbc", "\xf4\x90\x80\x80", "\xf5", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xff\xff", "\xef\xbb", "\xef\xbf", "\xe4\xb8", "\xc2\xc2\xa0", "\xf0\x9f\x98\x80\x80",
}
