package quantize

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// TestNeighbours holds all lists of neighbours against their hashes.
func TestNeighbours(t *testing.T) {
	data, err := os.ReadFile("../testdata/golden/iq_tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Grids map[string]struct {
			Neighbours struct {
				Shells  int    `json:"shells"`
				Entries int    `json:"total_list_entries"`
				Longest int    `json:"longest_list"`
				SHA256  string `json:"sha256_of_all_lists"`
			} `json:"neighbours"`
		} `json:"grids"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		head       func(uint16) neighbourHead
		neighbours *[]uint16
		bits       int // of a digit
		digits     int
		most       uint16
	}{
		{"iq1", iq1Lattice.get(iq1Grid[:], 3).head, &iq1Lattice.lattice.neighbours, 2, 8, 2},
		{"iq2xxs", iq2xxsLattice.get(iq2xxsGrid[:], 2).head, &iq2xxsLattice.lattice.neighbours, 2, 8, 2},
		{"iq2xs", iq2xsLattice.get(iq2xsGrid[:], 2).head, &iq2xsLattice.lattice.neighbours, 2, 8, 2},
		{"iq2s", iq2sLattice.get(iq2sGrid[:], 1).head, &iq2sLattice.lattice.neighbours, 2, 8, 2},
		{"iq3xxs", iq3xxsLattice.get(iq3xxsGrid[:], 2).head, &iq3xxsLattice.lattice.neighbours, 3, 4, 7},
		{"iq3s", iq3sLattice.get(iq3sGrid[:], 3).head, &iq3sLattice.lattice.neighbours, 3, 4, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := doc.Grids[c.name].Neighbours
			var all []byte
			entries, longest := 0, 0
			for v := range 1 << (c.bits * c.digits) {
				vector := uint16(v)
				head := c.head(vector)
				if !validVector(vector, c.bits, c.most) || head.isPoint() {
					continue
				}
				list := head.list(*c.neighbours)
				all = binary.LittleEndian.AppendUint16(all, vector)
				all = binary.LittleEndian.AppendUint16(all, uint16(len(list)))
				for _, point := range list {
					if !c.head(point).isPoint() {
						t.Fatalf("%#04x is a neighbour of %#04x and no point", point, vector)
					}
					all = binary.LittleEndian.AppendUint16(all, c.head(point).index())
				}
				entries += len(list)
				longest = max(longest, len(list))
			}
			sum := sha256.Sum256(all)
			if got := hex.EncodeToString(sum[:]); got != want.SHA256 {
				t.Errorf("the lists have the hash %s, want %s", got, want.SHA256)
			}
			if entries != want.Entries || longest != want.Longest || longest > maxNeighbours {
				t.Errorf("%d entries, %d in the longest list, want %d and %d", entries, longest, want.Entries, want.Longest)
			}
		})
	}
}

// validVector reports whether no digit is larger than most.
func validVector(vector uint16, bits int, most uint16) bool {
	for ; vector > 0; vector >>= bits {
		if vector&(1<<bits-1) > most {
			return false
		}
	}
	return true
}

// Every point of a lattice stands for itself.
func TestPoints(t *testing.T) {
	for i, point := range iq2sGrid {
		if head := iq2sLattice.get(iq2sGrid[:], 1).head(point); !head.isPoint() || int(head.index()) != i {
			t.Errorf("point %d: head %#x", i, head)
		}
	}
	for i, point := range iq3sGrid {
		if head := iq3sLattice.get(iq3sGrid[:], 3).head(point); !head.isPoint() || int(head.index()) != i {
			t.Errorf("point %d: head %#x", i, head)
		}
	}
}
