package playground

// A theme is a choice of colours. Without a value it is what the system says.
type theme struct {
	value, label, icon string
}

var themes = []theme{
	{"", "Theme of the system", "system"},
	{"light", "Light theme", "sun"},
	{"dark", "Dark theme", "moon"},
}

// icons are paths of strokes in a square of 16 units.
var icons = map[string]string{
	"close":  "m4 4 8 8m0-8-8 8",
	"copy":   "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
	"file":   "M4 1.5h5.5l3 3v10H4zM9.5 1.5v3h3",
	"link":   "M6.5 9.5 9.5 6.5M7 4.5 8.7 2.8a2.8 2.8 0 0 1 4 4L11.3 8.5M9 11.5l-1.7 1.7a2.8 2.8 0 0 1-4-4L4.7 7.5",
	"lock":   "M3.5 7.5h9v6.5h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
	"moon":   "M13 9.7A5.5 5.5 0 0 1 6.3 3 5.5 5.5 0 1 0 13 9.7z",
	"next":   "m6 3.5 4.5 4.5L6 12.5",
	"prev":   "M10 3.5 5.5 8l4.5 4.5",
	"reset":  "M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3",
	"sun":    "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1",
	"swap":   "M2 5.5h11M10 2.5l3 3M14 10.5H3M6 13.5l-3-3",
	"system": "M2 3h12v8H2zM6 14h4M8 11v3",
	"upload": "M8 11V2.5M4.5 5.5 8 2l3.5 3.5M2.5 10.5v3h11v-3",
}
