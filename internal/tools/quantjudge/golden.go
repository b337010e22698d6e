package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

const goldenHeader = "model\tmatrix\targuments\tsha256\n"

// writeGolden replaces the hashes of a table by those of what llama-quantize writes. Its rows have the three fields of
// a case and the sha256 of the output, of all files of a set one after the other, or ERROR where llama-quantize
// refuses.
func (j *judge) writeGolden(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var table strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") || line == goldenHeader {
			table.WriteString(line)
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		c, err := parseCase(strings.Join(fields[:min(3, len(fields))], "|"))
		if err != nil {
			return err
		}
		sum, err := j.goldenHash(c)
		if err != nil {
			return err
		}
		table.WriteString(strings.Join(append(c.fields(), sum), "\t") + "\n")
	}
	return os.WriteFile(path, []byte(table.String()), 0o666)
}

func (j *judge) goldenHash(c quantizeCase) (string, error) {
	dir, err := os.MkdirTemp("", "quantjudge")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	in, err := c.write(dir)
	if err != nil {
		return "", err
	}
	if in.excuse != "" {
		return "", fmt.Errorf("%v: %s", c, in.excuse)
	}
	theirs, err := in.runTheirs(dir, j.llama)
	if err != nil {
		return "", err
	}
	if theirs.failed {
		_, reason, _ := strings.Cut(theirs.message, "failed to quantize: ")
		reason, _, _ = strings.Cut(reason, " / ")
		return "ERROR " + reason, nil
	}
	h := sha256.New()
	for _, file := range theirs.files {
		h.Write(file)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
