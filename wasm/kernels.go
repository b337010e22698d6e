package wasm

import (
	"encoding/binary"
	"slices"
)

// KernelsModule is the name of what the whole guest imports the kernels of package
// quantize from, and of the custom section that has them.
const KernelsModule = "nibble_kernels"

// KernelsAvailable is the name of the import that is not a kernel: the host answers
// there whether it has kernels, or only stand-ins that are never called.
const KernelsAvailable = "available"

// KernelsMemoryModule is the name of what the kernels import the guest's memory from.
const KernelsMemoryModule = "nibble"

// AppendKernels returns a guest with kernels, a WebAssembly module, in a custom section.
func AppendKernels(guest, kernels []byte) []byte {
	content := slices.Concat(binary.AppendUvarint(nil, uint64(len(KernelsModule))), []byte(KernelsModule), kernels)
	const customSection = 0
	header := binary.AppendUvarint([]byte{customSection}, uint64(len(content)))
	return slices.Concat(guest, header, content)
}
