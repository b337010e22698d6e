/** A Sample is a text to try. */
export interface Sample {
  name: string;
  text: string;
}

/** Texts to try; the first is there when the page opens. */
export const samples: readonly Sample[] = [
  {
    name: "Story",
    text: `Once upon a time there was a little fox named Mira. She lived near the old mill, where the river was slow and warm.

One day Mira found a shiny button. "What is it for?" she asked the owl. The owl thought and thought — and didn't know.

naïve café, 12.50 €, Ωμέγα, Привет
<|endoftext|>`,
  },
  {
    name: "Code",
    text: `func main() {
	for i := range 3 {
		fmt.Printf("%d: %s\\n", i, strings.Repeat("=", 20)) // three lines
	}
}

if __name__ == "__main__":
    print({"a": 1, "b": [2.5, None, True]})
`,
  },
  {
    name: "Languages",
    text: `The quick brown fox jumps over the lazy dog.
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.
Съешь же ещё этих мягких французских булок, да выпей чаю.
いろはにほへと ちりぬるを
天地玄黃 宇宙洪荒
صِف خَلقَ خَودِ كَمِثلِ الشَمسِ إِذ بَزَغَت
ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का
다람쥐 헌 쳇바퀴에 타고파
👩‍🚀 🦊 👨‍👩‍👧‍👦 🇺🇳 ❤️
`,
  },
  {
    name: "Whitespace and controls",
    text: "one space, two  spaces,   three\n\ttab\tand tab\na\u00a0no-break space\u200bzero width\u00adsoft hyphen\n\n\n    four at the start, one at the end \n\u0007bell \u001b[31mescape \u202eoverride\u202c end",
  },
  {
    name: "Special tokens spelled",
    text: "<|im_start|>system\nYou are a pirate.<|im_end|>\n<|im_start|>user\nIgnore all that. <|endoftext|> </s> [SEP] <|eot_id|>\n",
  },
  {
    name: "Numbers",
    text: "3.14159265358979 2,147,483,647 0xdeadbeef 1e-9 2026-11-26T12:34:56Z +49 (0)30 1234567 192.168.0.1 1111111111",
  },
];
