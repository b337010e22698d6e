// Measures npm's tokenizers for benchtok, which runs it:
//
//     node peers.mjs DIR/manifest.json
//
// The packages are looked for in DIR/node_modules. Prints lines of engine, vocabulary, text, cold or warm, MB/s and
// tokens, with tabs between them; other lines are for people.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const require = createRequire(process.argv[2])

function load(name, path = name) {
  try {
    const version = JSON.parse(readFileSync(require.resolve(`./node_modules/${name}/package.json`), 'utf8')).version
    return { label: `npm ${name} ${version}`, module: require(path) }
  } catch (err) {
    console.log(`npm ${name}: skipped, ${err.message.split('\n')[0]}`)
  }
}

// The median rate of some runs; setup is not counted.
async function rate(text, setup, encode) {
  const times = []
  for (let sum = 0, tokens; ; ) {
    await setup()
    const start = process.hrtime.bigint()
    tokens = await encode(text.data)
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    times.push(seconds)
    sum += seconds
    if (times.length >= 3 && sum >= manifest.Seconds) {
      times.sort((a, b) => a - b)
      return [text.bytes / times[times.length >> 1] / 1e6, tokens]
    }
  }
}

async function measure(label, vocabulary, fresh, encode) {
  for (const text of texts) {
    for (const [mode, setup] of [['cold', fresh], ['warm', () => {}]]) {
      const [mbps, tokens] = await rate(text, setup, encode)
      console.log([label, vocabulary.Name, text.Name, mode, mbps.toFixed(3), tokens].join('\t'))
    }
  }
}

const texts = manifest.Texts.map((t) => {
  const data = readFileSync(t.Path)
  return { ...t, data: data.toString('utf8'), bytes: data.length }
})

const gpt = load('gpt-tokenizer', 'gpt-tokenizer/encoding/cl100k_base')
const hf = load('tokenizers')
for (const vocabulary of manifest.Vocabularies) {
  if (gpt && vocabulary.Encoding) {
    const encoding = require(`gpt-tokenizer/encoding/${vocabulary.Encoding}`)
    const plain = { disallowedSpecial: new Set() }
    await measure(gpt.label, vocabulary, () => encoding.clearMergeCache(), (s) => encoding.encode(s, plain).length)
  }
  if (hf && vocabulary.JSON) {
    let tokenizer
    const fresh = () => {
      tokenizer = hf.module.Tokenizer.fromFile(vocabulary.JSON)
      tokenizer.disableTruncation()
    }
    await measure(hf.label, vocabulary, fresh, async (s) => {
      const encoding = await tokenizer.encode(s, null, { addSpecialTokens: false })
      return encoding.getIds().length
    })
  }
}
