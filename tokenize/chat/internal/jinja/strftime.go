package jinja

import (
	"strconv"
	"strings"
	"time"
)

// strftime formats a time as Python does in the C locale of a Unix.
func (it *interp) strftime(format *Str, t time.Time) *Str {
	b := it.newBuilder()
	done := 0
	s := format.s
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		end := i + 1
		flag := byte(0)
		if strings.IndexByte("-_0^#", s[end]) >= 0 && end+1 < len(s) {
			flag = s[end]
			end++
		}
		text, ok := directive(s[end], flag, t)
		if !ok {
			continue
		}
		b.addPart(format, done, i)
		b.add(text, FromTemplate)
		done = end + 1
		i = end
	}
	b.addPart(format, done, len(s))
	return b.str()
}

// composites are directives that stand for several.
var composites = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y", 'D': "%m/%d/%y", 'F': "%Y-%m-%d", 'h': "%b", 'r': "%I:%M:%S %p",
	'R': "%H:%M", 'T': "%H:%M:%S", 'x': "%m/%d/%y", 'X': "%H:%M:%S",
}

// directive returns what a directive of strftime stands for.
func directive(c, flag byte, t time.Time) (string, bool) {
	if composite, ok := composites[c]; ok {
		var b strings.Builder
		for i := 0; i < len(composite); i++ {
			if composite[i] != '%' {
				b.WriteByte(composite[i])
				continue
			}
			i++
			text, _ := directive(composite[i], 0, t)
			b.WriteString(text)
		}
		return b.String(), true
	}
	if n, width, fill, ok := numeric(c, t); ok {
		switch flag {
		case '-':
			width = 0
		case '_':
			fill = ' '
		case '0':
			fill = '0'
		}
		s := strconv.Itoa(n)
		return strings.Repeat(string(rune(fill)), max(0, width-len(s))) + s, true
	}
	text, ok := named(c, t)
	switch flag {
	case '^':
		text = strings.ToUpper(text)
	case '#':
		if text = strings.ToUpper(text); c == 'p' || c == 'Z' {
			text = strings.ToLower(text)
		}
	}
	return text, ok
}

func named(c byte, t time.Time) (string, bool) {
	switch c {
	case 'a':
		return t.Format("Mon"), true
	case 'A':
		return t.Format("Monday"), true
	case 'b':
		return t.Format("Jan"), true
	case 'B':
		return t.Format("January"), true
	case 'p':
		return t.Format("PM"), true
	case 'P':
		return t.Format("pm"), true
	case 'z', 'Z': // Hugging Face's times have no zone
		return "", true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	}
	return "", false
}

// numeric returns the number that a directive stands for, and how it is filled
// up to which width.
func numeric(c byte, t time.Time) (n, width int, fill byte, ok bool) {
	week := func(first time.Weekday) int {
		return (t.YearDay() + 6 - int(t.Weekday()-first+7)%7) / 7
	}
	isoYear, isoWeek := t.ISOWeek()
	switch c {
	case 'd':
		return t.Day(), 2, '0', true
	case 'e':
		return t.Day(), 2, ' ', true
	case 'm':
		return int(t.Month()), 2, '0', true
	case 'y':
		return t.Year() % 100, 2, '0', true
	case 'Y':
		return t.Year(), 0, '0', true
	case 'C':
		return t.Year() / 100, 2, '0', true
	case 'H':
		return t.Hour(), 2, '0', true
	case 'k':
		return t.Hour(), 2, ' ', true
	case 'I':
		return (t.Hour()+11)%12 + 1, 2, '0', true
	case 'l':
		return (t.Hour()+11)%12 + 1, 2, ' ', true
	case 'M':
		return t.Minute(), 2, '0', true
	case 'S':
		return t.Second(), 2, '0', true
	case 'f':
		return t.Nanosecond() / 1000, 6, '0', true
	case 'j':
		return t.YearDay(), 3, '0', true
	case 'u':
		return (int(t.Weekday())+6)%7 + 1, 1, '0', true
	case 'w':
		return int(t.Weekday()), 1, '0', true
	case 'U':
		return week(time.Sunday), 2, '0', true
	case 'W':
		return week(time.Monday), 2, '0', true
	case 'V':
		return isoWeek, 2, '0', true
	case 'G':
		return isoYear, 0, '0', true
	case 's':
		return int(t.Unix()), 0, '0', true
	}
	return 0, 0, 0, false
}
