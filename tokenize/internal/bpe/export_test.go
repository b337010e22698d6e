package bpe

import "fmt"

func Describe(m *Model) string {
	s := fmt.Sprintf("plain %v shortcut %v symbols %d atoms %d merges %d late %d", m.plain, m.shortcut, len(m.ids), m.rules.atoms, len(m.rules.parts), len(m.lateUnits))
	if m.odd != nil {
		s += fmt.Sprint(" odd ", m.odd.all, len(m.odd.extra))
	}
	return s
}
