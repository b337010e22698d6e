module github.com/nibble-go/nibble

go 1.26
