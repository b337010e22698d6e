package e2e

import (
	"encoding/base64"
	"encoding/json"

	"github.com/nibble-go/nibble/wasm"
)

// engineScript remembers the page's worker, so that a test can ask the page's own engine what the page does not show.
// Its requests have numbers that those of the page never reach.
const engineScript = `(() => {
	let worker, last = 1e9;
	window.Worker = class extends Worker {
		constructor(...args) {
			super(...args);
			worker = this;
		}
	};
	window.engineAsk = (ask) => new Promise((resolve, reject) => {
		const id = ++last;
		const hear = ({data}) => {
			if (data.id !== id) return;
			worker.removeEventListener("message", hear);
			if (data.kind === "answer") resolve(data.value);
			else reject(new Error(data.message));
		};
		worker.addEventListener("message", hear);
		worker.postMessage({kind: "ask", id, ask});
	});
	const unpack = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	const pack = (bytes) => {
		let text = "";
		for (const byte of bytes) text += String.fromCharCode(byte);
		return btoa(text);
	};
	window.engineCall = async (op, head, blobs) => {
		const reply = await engineAsk({kind: "call", op, head, blobs: blobs.map(unpack)});
		return {head: reply.head, blobs: reply.blobs.map(pack)};
	};
})();`

// A status is what the page's engine takes.
type status struct {
	Whole       bool
	MemoryBytes int64
	Handles     int
}

func (p *page) engineStatus() status {
	p.t.Helper()
	return eval[status](p, `engineAsk({kind: "status"})`)
}

// call makes a call of the module in the page, and returns the reply's blobs.
func (p *page) call(op wasm.Op, head, reply any, blobs ...[]byte) [][]byte {
	p.t.Helper()
	packed := make([]string, len(blobs))
	for i, blob := range blobs {
		packed[i] = base64.StdEncoding.EncodeToString(blob)
	}
	got := eval[struct {
		Head  json.RawMessage
		Blobs [][]byte
	}](p, "engineCall("+quote(op)+", "+quote(head)+", "+quote(packed)+")")
	if reply != nil {
		if err := json.Unmarshal(got.Head, reply); err != nil {
			p.t.Fatal(err)
		}
	}
	return got.Blobs
}
