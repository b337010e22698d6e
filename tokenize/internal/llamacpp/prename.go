package llamacpp

// traits are what llama.cpp sets by the name of a pre-tokenizer beside the
// split.
type traits uint16

const (
	ignoreMerges  traits = 1 << iota // a piece that is a token is that token
	addBOS                           // unless the file says otherwise
	addSEP                           // the same
	keepSpaces                       // decoding leaves spaces before punctuation alone
	escapeSpaces                     // spaces are ▁
	noBOS                            // there is none unless the file names one
	wholeNewlines                    // newlines that are a token are that token
	alwaysBOS                        // even if the file says otherwise
	keepCase                         // for the tokenizer model "whitespace"
)

// A preName is what a name of tokenizer.ggml.pre means.
type preName struct {
	*preType
	traits
}

// preNames are the names that llama.cpp knows.
var preNames = map[string]preName{
	"default": {preDefault, 0},

	"llama3":       {preLlama3, ignoreMerges | addBOS},
	"llama-v3":     {preLlama3, ignoreMerges | addBOS},
	"llama-bpe":    {preLlama3, ignoreMerges | addBOS},
	"falcon3":      {preLlama3, ignoreMerges | addBOS},
	"falcon-h1":    {preLlama3, ignoreMerges | addBOS},
	"pixtral":      {preLlama3, ignoreMerges | addBOS},
	"midm-2.0":     {preLlama3, ignoreMerges | addBOS},
	"lfm2":         {preLlama3, ignoreMerges | addBOS},
	"jina-v5-nano": {preLlama3, ignoreMerges | addBOS},
	"dbrx":         {preLlama3, 0},
	"smaug-bpe":    {preLlama3, 0},
	"glm4":         {preLlama3, noBOS},
	"chatglm-bpe":  {preLlama3, noBOS},
	"jais-2":       {preJAIS2, 0},
	"minicpm5":     {preMiniCPM5, ignoreMerges},

	"deepseek-llm":   {preDeepSeekLLM, keepSpaces},
	"deepseek-coder": {preDeepSeekCoder, keepSpaces},
	"deepseek-v3":    {preDeepSeekV3, keepSpaces},
	"hunyuan-dense":  {preDeepSeekV3, keepSpaces},
	"joyai-llm":      {preDeepSeekV3, keepSpaces},
	"youtu":          {preYoutu, keepSpaces | ignoreMerges},

	"falcon": {preFalcon, 0},

	"starcoder":  {preStarCoder, 0},
	"refact":     {preStarCoder, 0},
	"command-r":  {preStarCoder, keepSpaces},
	"smollm":     {preStarCoder, keepSpaces},
	"codeshell":  {preStarCoder, 0},
	"exaone":     {preStarCoder, 0},
	"minerva-7b": {preStarCoder, 0},
	"mellum2":    {preStarCoder, 0},

	"gpt-2":           {preGPT2, 0},
	"phi-2":           {preGPT2, 0},
	"jina-es":         {preGPT2, 0},
	"jina-de":         {preGPT2, 0},
	"gigachat":        {preGPT2, 0},
	"jina-v2-es":      {preGPT2, 0},
	"jina-v2-de":      {preGPT2, 0},
	"a.x-4.0":         {preGPT2, 0},
	"mellum":          {preGPT2, 0},
	"modern-bert":     {preGPT2, 0},
	"jina-v1-en":      {preGPT2, addSEP},
	"jina-v2-code":    {preGPT2, addSEP},
	"roberta-bpe":     {preGPT2, addSEP},
	"exaone4":         {preGPT2, 0},
	"mpt":             {preGPT2, 0},
	"olmo":            {preGPT2, 0},
	"jais":            {preGPT2, 0},
	"trillion":        {preGPT2, keepSpaces},
	"granite-docling": {preGPT2, keepSpaces},

	"qwen2":            {preQwen2, keepSpaces},
	"deepseek-r1-qwen": {preQwen2, keepSpaces},
	"kormo":            {preQwen2, keepSpaces},
	"f2llmv2":          {preQwen2, keepSpaces},
	"megrez":           {preQwen2, 0},
	"stablelm2":        {preQwen2, 0},
	"hunyuan":          {preQwen2, keepSpaces},
	"solar-open":       {preQwen2, keepSpaces},
	"grok-2":           {preQwen2, keepSpaces},
	"qwen35":           {preQwen35, keepSpaces},

	"bloom":        {preBloom, 0},
	"gpt3-finnish": {preBloom, 0},
	"poro-chat":    {preBloom, keepSpaces},
	"viking":       {preViking, keepSpaces},

	"tekken":    {preTekken, keepSpaces | ignoreMerges | addBOS},
	"chameleon": {preChameleon, keepSpaces | addBOS},

	"gpt-4o":                  {preGPT4o, keepSpaces},
	"llama4":                  {preGPT4o, keepSpaces},
	"kanana2":                 {preGPT4o, keepSpaces},
	"talkie":                  {preGPT4o, keepSpaces},
	"minimax-m2":              {preGPT4o, keepSpaces},
	"granite-embed-multi-97m": {preGraniteMulti, keepSpaces | ignoreMerges},
	"tiny_aya":                {preTinyAya, keepSpaces},
	"cohere2moe":              {preTinyAya, keepSpaces},
	"kimi-k2":                 {preKimiK2, keepSpaces},
	"superbpe":                {preSuperBPE, keepSpaces},
	"bailingmoe":              {preBailingMoE, keepSpaces},
	"bailingmoe2":             {preBailingMoE, keepSpaces},
	"llada-moe":               {preBailingMoE, keepSpaces},
	"seed-coder":              {preSeedCoder, keepSpaces},
	"afmoe":                   {preAFMoE, keepSpaces},
	"exaone-moe":              {preEXAONEMoE, 0},

	"gemma4":                   {preGemma4, escapeSpaces | wholeNewlines | alwaysBOS},
	"granite-embed-multi-311m": {preGemma4, escapeSpaces | wholeNewlines | alwaysBOS},
	"sarvam-moe":               {preGemma4, escapeSpaces | keepSpaces},
	"whitespace":               {preWhitespace, keepCase},
}
