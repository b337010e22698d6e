package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

const versionDoc = "// Version is that of the ABI, a hash of its ops and types: a host refuses a guest of another one.\n"

// versionOf returns the version of an ABI with these declarations, whatever the comments say. As an int32, which is what
// a guest's number is to JavaScript, it is positive.
func versionOf(declarations []byte) uint32 {
	sum := sha256.New()
	for line := range bytes.Lines(declarations) {
		if text := bytes.TrimSpace(line); !bytes.HasPrefix(text, []byte("/*")) && !bytes.HasPrefix(text, []byte("*")) {
			sum.Write(line)
		}
	}
	return binary.LittleEndian.Uint32(sum.Sum(nil)) & math.MaxInt32
}

// goVersion returns the declaration of the version in Go.
func goVersion(version uint32) string {
	return fmt.Sprintf("\n%sconst Version = %#08x\n", versionDoc, version)
}

// tsVersion returns the same in TypeScript.
func tsVersion(version uint32) string {
	return fmt.Sprintf("\n/** %s */\nexport const Version = %#08x;\n", versionDoc[len("// "):len(versionDoc)-1], version)
}
