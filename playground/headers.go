package playground

import "net/http"

// metaPolicy is what a document can say of itself in a <meta> element.
const metaPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
	"style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'"

// Policy is the content security policy of every response: nothing runs and nothing is fetched but the page's own
// files. WebAssembly may be compiled, which browsers count as a kind of eval.
const Policy = metaPolicy + "; frame-ancestors 'none'"

// securityHeaders are in every response.
var securityHeaders = [][2]string{
	{"Content-Security-Policy", Policy},
	{"Cross-Origin-Embedder-Policy", "require-corp"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
}

func setSecurityHeaders(h http.Header) {
	for _, header := range securityHeaders {
		h.Set(header[0], header[1])
	}
}
