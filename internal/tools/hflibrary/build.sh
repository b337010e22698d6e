#!/usr/bin/env bash
# Builds libtokenizers.a, which github.com/daulet/tokenizers links, from the sources in its Go module:
#
#     build.sh [OUT]          OUT: bin/hf, where libtokenizers.a is put
#
# The module's sources take tiktoken-rs from a git branch. The release named below does the same, so it takes that
# branch's place, pinned together with what it needs that differs; all else stays as the module's Cargo.lock has it.
set -euo pipefail
cd "$(dirname "$0")/../../.."

out=${1:-bin/hf}
module=github.com/daulet/tokenizers

for tool in cargo cc; do
	if ! command -v $tool >/dev/null; then
		echo "hf-library: skipped, there is no $tool here (the library is Rust and C)"
		exit 0
	fi
done

go mod download $module
sources=$(go list -m -f '{{.Dir}}' $module)
mkdir -p "$out/src"
cp -R "$sources/src" "$sources/benches" "$sources/Cargo.toml" "$sources/Cargo.lock" "$out"
chmod -R u+w "$out"

awk '
	/^tiktoken-rs = / { print "tiktoken-rs = \"=0.9.1\""; changed = 1; next }
	{ print }
	END { exit !changed }
' "$sources/Cargo.toml" >"$out/Cargo.toml"

awk '
	BEGIN {
		pin["tiktoken-rs"] = "0.9.1 3a19830747d9034cd9da43a60eaa8e552dfda7712424aebf187b7a60126bae0d"
		pin["fancy-regex"] = "0.13.0 531e46835a22af56d1e3b66f04844bed63158bc094a628bec1d321d9b4c44bf2"
		pin["bit-set"] = "0.5.3 0700ddab506f33b20a03b13996eccd309a48e5ff77d0d95926aa0210fb4e95f1"
		pin["bit-vec"] = "0.6.3 349f9b6a179ed607305526ca489b34ad0a41aed5f7980fa90eb03160b69598fb"
	}
	/^source = "registry/ { registry = $0 }
	/^\[\[package\]\]/ { name = "" }
	/^name = / { split($0, quoted, "\""); name = quoted[2] }
	!(name in pin) || /^(\[|name|dependencies| |]|$)/ { print; next }
	/^version = / {
		split(pin[name], to, " ")
		print "version = \"" to[1] "\"\n" registry "\nchecksum = \"" to[2] "\""
	}
' "$sources/Cargo.lock" >"$out/Cargo.lock"

echo "hf-library: building, which takes minutes the first time"
(cd "$out" && CARGO_TARGET_DIR=target cargo build --release --locked --quiet)
cp "$out/target/release/libtokenizers.a" "$out"
echo "hf-library: built $out/libtokenizers.a ($(du -h "$out/libtokenizers.a" | cut -f1))"
