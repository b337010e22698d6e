package e2e

import (
	"fmt"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// focus moves the focus to an element.
func focus(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Focus(chromedp.CSS(selector))
}

// command presses a key that the system's keyboard layout has for a command of editing, such as paste.
func (p *page) command(name string) {
	p.t.Helper()
	params := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "F13", Commands: []string{name}}
	if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, params); err != nil {
		p.t.Fatal(err)
	}
}

// enter presses the Enter key as a keyboard does: the character comes after the key, unless the page took the key.
func (p *page) enter() {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeChar, input.DispatchKeyEventTypeKeyUp} {
		params := input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
		if kind == input.DispatchKeyEventTypeChar {
			params.Text, params.UnmodifiedText = "\r", "\r"
		}
		if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, params); err != nil {
			p.t.Fatal(err)
		}
	}
}

// retype types over what is in a field.
func (p *page) retype(selector, keys string) {
	p.t.Helper()
	p.do(focus(selector))
	p.command("selectAll")
	p.press(keys)
}

// middle returns the middle of an element, which it scrolls into view.
func (p *page) middle(selector string) (x, y float64) {
	p.t.Helper()
	p.wait("document.querySelector(" + quote(selector) + ")")
	at := eval[[]float64](p, `(() => {
		const e = document.querySelector(`+quote(selector)+`);
		e.scrollIntoView({block: "nearest"});
		const box = e.getBoundingClientRect();
		return [box.left + box.width / 2, box.top + box.height / 2];
	})()`)
	return at[0], at[1]
}

// corner returns the upper left corner of an element.
func (p *page) corner(selector string) (x, y float64) {
	p.t.Helper()
	p.middle(selector)
	at := eval[[]float64](p, `(({left, top}) => [left, top])(document.querySelector(`+quote(selector)+`).getBoundingClientRect())`)
	return at[0], at[1]
}

// hover moves the pointer to an element.
func (p *page) hover(selector string) {
	p.t.Helper()
	x, y := p.middle(selector)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// drop drops files on an element.
func (p *page) drop(selector string, files ...string) {
	p.t.Helper()
	x, y := p.middle(selector)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		params := input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: data}
		if _, err := chromedp.Call(p.ctx, input.DispatchDragEvent, params); err != nil {
			p.t.Fatal(err)
		}
	}
}

// allowClipboard lets the page's tests use the clipboard without being asked.
func (p *page) allowClipboard() {
	p.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		params := browser.SetPermissionParams{
			Permission:       &browser.PermissionDescriptor{Name: name},
			Setting:          browser.PermissionSettingGranted,
			BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		}
		if _, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, params); err != nil {
			p.t.Fatal(fmt.Errorf("permission %s: %w", name, err))
		}
	}
}

// copied returns what is on the clipboard.
func (p *page) copied() string {
	p.t.Helper()
	return eval[string](p, "navigator.clipboard.readText()")
}
