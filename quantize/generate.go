package quantize

//go:generate go run ./internal/gen -tables ../testdata/golden/iq_tables.json -o iq_tables.go
//go:generate go run -C internal/kernelgen . -dir ../..
//go:generate go run ./internal/simdgen -o kernel_simd128.wasm
