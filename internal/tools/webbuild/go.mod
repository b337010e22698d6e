module github.com/nibble-go/nibble/internal/tools/webbuild

go 1.26.0

replace github.com/nibble-go/nibble => ../../..

require (
	github.com/andybalholm/brotli v1.2.7
	github.com/evanw/esbuild v0.28.2
	github.com/nibble-go/nibble v0.0.0-00010101000000-000000000000
)

require (
	github.com/a-h/templ v0.3.1100 // indirect
	github.com/dlclark/regexp2/v2 v2.13.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	golang.org/x/text v0.25.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)
