package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/nibble-go/nibble/playground"
)

// TestContentSecurityPolicy: the policy comes with the document, and what gets into the page does not run.
func TestContentSecurityPolicy(t *testing.T) {
	p := newPage(t)
	response, err := chromedp.Run(p.ctx, chromedp.NavigateResponse(p.origin+"/"))
	if err != nil {
		t.Fatal(err)
	}
	var policy string
	for name, value := range response.Headers {
		if strings.EqualFold(name, "Content-Security-Policy") {
			policy, _ = value.(string)
		}
	}
	if policy != playground.Policy {
		t.Errorf("policy %q, want %q", policy, playground.Policy)
	}
	p.wait(`document.querySelector("#tok-veil").hidden`)
	for _, refused := range []string{"inline script", "inline event handler", "eval", "'self'", "default-src", "connect-src", "Content Security Policy"} {
		p.expect(refused)
	}
	const inject = `(async () => {
		const did = [];
		window.ran = (what) => did.push(what);
		const script = document.createElement("script");
		script.textContent = "ran('an inline script')";
		document.body.append(script);
		const image = document.createElement("img");
		image.setAttribute("onerror", "ran('a handler')");
		image.src = "data:image/png,no";
		document.body.append(image);
		const remote = document.createElement("script");
		remote.src = "data:text/javascript,ran('a script from elsewhere')";
		document.body.append(remote);
		const frame = document.createElement("iframe");
		frame.srcdoc = "<script>parent.ran('a frame')</script>";
		document.body.append(frame);
		try { new Function("ran('eval')")(); } catch {}
		try { await fetch("data:text/plain,x"); ran("a request"); } catch {}
		const style = document.createElement("style");
		style.textContent = "body { font-size: 77px }";
		document.body.append(style);
		await new Promise((resolve) => setTimeout(resolve, 500));
		if (getComputedStyle(document.body).fontSize === "77px") did.push("a style");
		return did;
	})()`
	injected, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](inject, chromedp.EvalAwaitPromise, asThePage))
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range injected {
		t.Errorf("%s got through the policy", what)
	}
}

// asThePage lets the policy hold for what is evaluated.
func asThePage(p *runtime.EvaluateParams) {
	p.AllowUnsafeEvalBlockedByCSP = new(bool)
}

// TestOffline: after the rooms are loaded nothing is asked of the server.
func TestOffline(t *testing.T) {
	p := openTokens(t, "x")
	p.click("#tab-weights")
	p.waitModel("fable-4m", sampleParameters)
	p.click("#tab-tokens")
	offline := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{
		Latency: 0, DownloadThroughput: -1, UploadThroughput: -1, Offline: true,
	}}}
	if _, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, offline); err != nil {
		t.Fatal(err)
	}
	waitValue(p, `fetch("?" + Math.random()).then(() => true, () => false)`, false) // the network may go a little later
	p.expect("ERR_INTERNET_DISCONNECTED")                                           // that request's
	p.fill("#tok-text", story)
	p.waitTokens(story)
	path := fewerMerges(t)
	p.choose("#tok-open", path)
	p.waitText(`#tok-facts [data-fact="from"]`, "tokenizer.json")
	p.click("#tab-weights")
	p.choose("#weights-files", sampleGGUF(t, "Q4_K_M"))
	p.waitText("#weights-total-type", "Q4_K_M")
	p.view("tensors")
	p.wait(`document.querySelector("#weights-block .weights-byte")`)
}
