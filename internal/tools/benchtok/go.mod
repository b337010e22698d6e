module github.com/nibble-go/nibble/internal/tools/benchtok

go 1.26.0

replace github.com/nibble-go/nibble => ../../..

require (
	github.com/daulet/tokenizers v1.24.0
	github.com/nibble-go/nibble v0.0.0-00010101000000-000000000000
	github.com/pkoukk/tiktoken-go v0.1.8
	github.com/tiktoken-go/tokenizer v0.10.0
)

require (
	github.com/dlclark/regexp2 v1.10.0 // indirect
	github.com/dlclark/regexp2/v2 v2.13.0 // indirect
	github.com/google/uuid v1.3.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.25.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)
