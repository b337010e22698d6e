package checksum_test

import (
	"context"
	"fmt"
	"os"

	"github.com/nibble-go/nibble/gguf/checksum"
)

func ExampleWriteManifest() {
	err := checksum.WriteManifest(context.Background(), os.Stdout, []string{"../testdata/splits/tensors-2-00001-of-00003.gguf"}, nil)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// xxh64     07a721108f379b1c  tensors-2-00001-of-00003.gguf:blk.0.weight
	// xxh64     e79c81850b0a9e0c  tensors-2-00001-of-00003.gguf:blk.1.weight
	// xxh64     f7e9c10b1ede812a  tensors-2-00001-of-00003.gguf
	// SHA256 (tensors-2-00001-of-00003.gguf) = 7b8d8572a736a8b233c25832a832eb5f755bb3bbcbf552be2b06c849440155b4
}
