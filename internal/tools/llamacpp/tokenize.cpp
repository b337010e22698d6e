// Tokenizes texts with llama.cpp, for nibble's tests to be held against.
//
//     tokenize MODEL TEXTS OUT
//
// MODEL is a GGUF file with a vocabulary. TEXTS is a file of strings, each
// preceded by its length as a little-endian uint32; all numbers in OUT are 32
// bits wide too. OUT has:
//
//   - the number of tokens;
//   - add_bos, add_eos, add_sep, and the tokens BOS, EOS, SEP, PAD, MASK;
//   - for each token its attributes, with bit 20 set if it ends generation, its
//     piece if special tokens are hidden, and its piece if they are shown;
//   - for each text, without and with added special tokens, and the same again
//     with special tokens parsed: the number of ids (negative if llama.cpp
//     fails) and the ids; then the text of the last ids, as it is and with
//     special tokens removed, and the same again with special tokens shown.

#include "llama.h"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

static bool read(FILE * f, std::string & s) {
    uint32_t n;
    if (fread(&n, sizeof(n), 1, f) != 1) {
        return false;
    }
    s.resize(n);
    return n == 0 || fread(&s[0], 1, n, f) == n;
}

static void write(FILE * f, int32_t n) {
    fwrite(&n, sizeof(n), 1, f);
}

static void write(FILE * f, const std::vector<char> & buf, int32_t n) {
    write(f, n);
    fwrite(buf.data(), 1, n, f);
}

int main(int argc, char ** argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: tokenize MODEL TEXTS OUT\n");
        return 2;
    }
    llama_log_set([](enum ggml_log_level, const char *, void *) {}, nullptr);
    llama_backend_init();
    auto params       = llama_model_default_params();
    params.vocab_only = true;
    auto * model      = llama_model_load_from_file(argv[1], params);
    FILE * texts      = fopen(argv[2], "rb");
    FILE * out        = fopen(argv[3], "wb");
    if (!model || !texts || !out) {
        fprintf(stderr, "tokenize: cannot open the files\n");
        return 1;
    }
    const auto * vocab = llama_model_get_vocab(model);
    const int    count = llama_vocab_n_tokens(vocab);
    write(out, count);
    for (int32_t setting : { (int32_t) llama_vocab_get_add_bos(vocab), (int32_t) llama_vocab_get_add_eos(vocab),
                             (int32_t) llama_vocab_get_add_sep(vocab), llama_vocab_bos(vocab), llama_vocab_eos(vocab),
                             llama_vocab_sep(vocab), llama_vocab_pad(vocab), llama_vocab_mask(vocab) }) {
        write(out, setting);
    }
    std::vector<char> buf(1 << 20);
    for (int id = 0; id < count; id++) {
        write(out, llama_vocab_get_attr(vocab, id) | (llama_vocab_is_eog(vocab, id) ? 1 << 20 : 0));
        for (bool special : { false, true }) {
            int n = llama_token_to_piece(vocab, id, buf.data(), buf.size(), 0, special);
            if (n < 0) {
                buf.resize(-n);
                n = llama_token_to_piece(vocab, id, buf.data(), buf.size(), 0, special);
            }
            write(out, buf, n);
        }
    }
    std::string              s;
    std::vector<llama_token> ids;
    while (read(texts, s)) {
        int n = 0;
        for (int mode = 0; mode < 4; mode++) {
            ids.resize(4 * s.size() + 64);
            try {
                n = llama_tokenize(vocab, s.data(), s.size(), ids.data(), ids.size(), mode & 1, (mode & 2) != 0);
            } catch (const std::exception &) {
                n = -1;
            }
            for (int i = 0; i < n; i++) {
                if (ids[i] < 0) { // what is unknown, where there is no token for it
                    n = -1;
                }
            }
            write(out, n);
            fwrite(ids.data(), sizeof(llama_token), n > 0 ? n : 0, out);
        }
        for (int mode = 0; mode < 4; mode++) {
            int size = 0;
            if (n > 0) {
                size = llama_detokenize(vocab, ids.data(), n, buf.data(), buf.size(), mode & 1, (mode & 2) != 0);
                if (size < 0) {
                    buf.resize(-size);
                    size = llama_detokenize(vocab, ids.data(), n, buf.data(), buf.size(), mode & 1, (mode & 2) != 0);
                }
            }
            write(out, buf, size);
        }
    }
    return fclose(out) == 0 ? 0 : 1;
}
