#!/bin/sh
# Builds the judges of tokenize/internal/llamacpp out of the source of
# llama-cpp-python and the library that it installs:
#
#     pip download --no-binary llama-cpp-python --no-deps llama-cpp-python==0.3.34
#     pip install llama-cpp-python==0.3.34
#     sh internal/tools/llamacpp/build.sh SOURCE LIBRARY OUT
#
# SOURCE is the unpacked source, LIBRARY the directory of libllama.so, and OUT
# the directory for the programs. The tests look for them where
# NIBBLE_LLAMACPP_JUDGE says:
#
#     NIBBLE_LLAMACPP_JUDGE=OUT go test -run Judge -timeout 4h ./tokenize/internal/llamacpp
#     NIBBLE_LLAMACPP_JUDGE=OUT go test -run Golden ./tokenize/internal/llamacpp -update
set -eu
source=$1/vendor/llama.cpp
library=$2
out=$3
here=$(dirname "$0")
: "${CXX:=c++}"
"$CXX" -O2 -std=c++17 -I"$source/src" -o "$out/split" "$here/split.cpp" "$source/src/unicode.cpp" "$source/src/unicode-data.cpp"
"$CXX" -O2 -std=c++17 -I"$source/include" -I"$source/ggml/include" -o "$out/tokenize" "$here/tokenize.cpp" \
	-L"$library" -lllama -lggml -lggml-base -Wl,-rpath,"$library"
