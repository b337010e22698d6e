// Splits texts as llama.cpp does, for nibble's tests to be held against.
//
//     split PATTERNS TEXTS OUT
//
// All three are files of strings, each preceded by its length as a little-endian
// uint32. PATTERNS are the patterns of the stages of a pre-tokenizer. OUT has for
// each text the number of pieces (or -1 if llama.cpp fails) and the pieces.

#include "unicode.h"

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

static void write(FILE * f, const std::string & s) {
    const uint32_t n = s.size();
    fwrite(&n, sizeof(n), 1, f);
    fwrite(s.data(), 1, n, f);
}

int main(int argc, char ** argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: split PATTERNS TEXTS OUT\n");
        return 2;
    }
    FILE * patterns_file = fopen(argv[1], "rb");
    FILE * texts         = fopen(argv[2], "rb");
    FILE * out           = fopen(argv[3], "wb");
    if (!patterns_file || !texts || !out) {
        perror("split");
        return 1;
    }
    std::vector<std::string> patterns;
    std::string s;
    while (read(patterns_file, s)) {
        patterns.push_back(s);
    }
    while (read(texts, s)) {
        int32_t count = -1;
        std::vector<std::string> pieces;
        try {
            pieces = unicode_regex_split(s, patterns, false);
            count  = pieces.size();
        } catch (const std::exception &) {
        }
        fwrite(&count, sizeof(count), 1, out);
        for (const auto & piece : pieces) {
            write(out, piece);
        }
    }
    return fclose(out) == 0 ? 0 : 1;
}
