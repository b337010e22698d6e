// Package checksum hashes GGUF files and writes and reads manifests of the
// hashes, in the format of llama-gguf-hash: each program reads the other's.
//
// # Manifests
//
// A manifest is a text with a hash in each line:
//
//	xxh64     3a2b9a1f6e0d7c55  model.gguf:blk.0.attn_q.weight
//	xxh64     91c0d8e2b7f4a663  model.gguf
//	SHA256 (model.gguf) = 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
//
// The name of a file with a tensor's behind it stands for the bytes of that
// tensor; the name alone for the bytes of all tensors one after the other,
// without the header and without padding. The last form is the file itself,
// every byte of it, as sha256sum --tag writes it and sha256sum -c reads it;
// llama-gguf-hash passes over it, as over all lines that it does not know.
//
// XXH64 finds accidents, not forgeries: only the cryptographic hashes, SHA-256
// above all, tell a file from one that was made to look like it.
package checksum
