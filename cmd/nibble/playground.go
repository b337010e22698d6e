package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/playground"
)

// playgroundPort is the port of the page unless --port names one: NIBL on a telephone's keys. That it stays the same
// keeps what a browser remembers of the page, which goes by the port.
const playgroundPort = 6425

// playgroundFlags are those of nibble playground.
type playgroundFlags struct {
	port    int
	portSet bool
	listen  string
	token   string
	open    bool
}

func (a *app) playgroundCommand() *cobra.Command {
	var f playgroundFlags
	cmd := &cobra.Command{
		Use:   "playground",
		Short: "Show the playground in a browser, from this machine alone",
		Long: `playground serves a page with two rooms until Ctrl-C: Tokens shows the tokens of
a text as it is typed, Weights what is in a model file, what quantizing it would
cost, and converts it. Everything is computed in the browser, by the same code as
WebAssembly: the text and the files that are put into the page stay there, and
the page asks for nothing but its own files.

Without flags the page is at http://127.0.0.1:` + strconv.Itoa(playgroundPort) + `/, or at a free port if that one is
taken, and answers to this machine alone.

--listen makes it answer to others. The network is then no longer a wall between
the page and whoever is on it, so they need a token: one that nibble makes up, or
the one of --token, 16 characters or more. It is in the address that nibble
prints; a browser shows it once and has a cookie from then on. Nothing is
encrypted: whoever can read the network's traffic can read the token. Browsers
let a page from another machine do less unless it comes by https, so conversions
there end in a download.`,
		Example: `  nibble playground --open
  nibble playground --port 8080
  nibble playground --listen 0.0.0.0:8080
  nibble playground export site`,
		Args: arguments(0, 0),
	}
	cmd.RunE = a.action(func(ctx context.Context, _ []string) error {
		f.portSet = cmd.Flags().Changed("port")
		return a.playground(ctx, &f)
	})
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVar(&f.port, "port", playgroundPort, "port of the page; 0: any that is free")
	flags.StringVar(&f.listen, "listen", "", "HOST or HOST:PORT to answer on instead of 127.0.0.1, asking for a token unless it is a loopback address")
	flags.StringVar(&f.token, "token", "", "the token to ask for")
	flags.BoolVar(&f.open, "open", false, "open the page in the browser")
	_ = cmd.RegisterFlagCompletionFunc("port", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("listen", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("token", cobra.NoFileCompletions)
	cmd.AddCommand(a.playgroundExportCommand())
	return cmd
}

func (a *app) playground(ctx context.Context, f *playgroundFlags) error {
	l, err := f.announce(ctx)
	if err != nil {
		return err
	}
	opts := playground.Options{Generator: "nibble " + version()}
	address := l.Addr().(*net.TCPAddr).AddrPort()
	reached := !address.Addr().Unmap().IsLoopback() // by others
	if opts.Token = f.token; reached && opts.Token == "" {
		opts.Token = rand.Text()
	}
	if !playground.Built() {
		a.hint("this nibble was built without the playground's files; make build in a clone of the repository builds one that has them")
	}
	if reached {
		a.hint("others on the network can reach this page, so it asks for the token in its address")
	}
	if address.Addr().IsUnspecified() {
		a.hint("on another machine, put the name of this one in place of %s", everyInterface)
	}
	page := pageURL(address, opts.Token)
	if _, err := fmt.Fprintln(a.stdout, page); err != nil {
		return errors.Join(err, l.Close())
	}
	if f.open {
		if err := openBrowser(ctx, page); err != nil {
			a.hint("no browser could be started (%v); open the address yourself", err)
		}
	}
	if err := playground.Serve(ctx, l, opts); err != nil {
		return err
	}
	return ctx.Err()
}

// announce checks the flags and listens where they say.
func (f *playgroundFlags) announce(ctx context.Context) (net.Listener, error) {
	if f.port < 0 || f.port > 65535 {
		return nil, &usageError{err: fmt.Errorf("--port %d: want a number from 0 to 65535", f.port)}
	}
	if f.token != "" {
		if err := playground.ValidToken(f.token); err != nil {
			return nil, &usageError{err: fmt.Errorf("--token: %w", err), hint: "without --token nibble makes one up"}
		}
	}
	host, port, chosen, err := f.place()
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil && !chosen && ctx.Err() == nil {
		// Nobody asked for this port, so any other does, unless it is the host that is wrong.
		if other, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, "0")); err == nil {
			return other, nil
		}
	}
	if unknown, ok := errors.AsType[*net.DNSError](err); ok && ctx.Err() == nil {
		return nil, f.refuseListen(fmt.Sprintf("%s: %s; want HOST or HOST:PORT", unknown.Err, unknown.Name))
	}
	if errors.Is(err, syscall.EADDRNOTAVAIL) {
		return nil, &hintedError{err: err, hint: "--listen takes an address of this machine; 0.0.0.0 is all that it has"}
	}
	if err != nil {
		return nil, &hintedError{err: err, hint: "--port 0 takes any port that is free"}
	}
	return l, nil
}

// place returns where to listen, and whether the port was chosen by the user.
func (f *playgroundFlags) place() (host string, port int, chosen bool, err error) {
	host, port, chosen = "127.0.0.1", f.port, f.portSet
	if f.listen == "" {
		return host, port, chosen, nil
	}
	host = strings.TrimSuffix(strings.TrimPrefix(f.listen, "["), "]")
	if _, err := netip.ParseAddr(host); err != nil && strings.Contains(f.listen, ":") {
		var number string
		if host, number, err = net.SplitHostPort(f.listen); err != nil {
			return "", 0, false, f.refuseListen("want HOST or HOST:PORT")
		}
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return "", 0, false, f.refuseListen("want a number from 0 to 65535 for the port")
		}
		if f.portSet && f.port != int(n) {
			return "", 0, false, f.refuseListen(fmt.Sprintf("--port says %d", f.port))
		}
		port, chosen = int(n), true
	}
	if host == "" {
		return "", 0, false, f.refuseListen("want a host; 0.0.0.0 is every interface")
	}
	return host, port, chosen, nil
}

func (f *playgroundFlags) refuseListen(why string) error {
	return &usageError{err: fmt.Errorf("--listen %s: %s", f.listen, why), hint: "for example --listen 0.0.0.0:8080, --listen [::1]"}
}

// everyInterface is the host of a page's address where nibble listens on every interface, which is no address that a
// browser could go to.
const everyInterface = "localhost"

// pageURL returns the address of the page for a browser.
func pageURL(address netip.AddrPort, token string) string {
	host := address.Addr().Unmap().String()
	if address.Addr().IsUnspecified() {
		host = everyInterface
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, strconv.Itoa(int(address.Port()))), Path: "/"}
	if token != "" {
		u.RawQuery = url.Values{"token": {token}}.Encode()
	}
	return u.String()
}

func (a *app) playgroundExportCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write the playground as static files, for any web server",
		Long: `export writes the playground's page and all that it needs to DIR, which is made
if it is not there. Any server of static files can show it, under any path; a
browser does not run it from the disk (file://). Everything is still computed in
the browser of whoever looks at it.

All files appear, or none. A directory that is not empty is refused without
--force, which replaces files of the same names and leaves others.

Everything but index.html is in a directory that is called by what is in it, such
as v-0123456789ab. A server may tell browsers to keep those files for good, and
should have them ask anew for index.html (Cache-Control: no-cache). Another
version of nibble has another directory; --force leaves the one before it there
for whoever still has its page open.`,
		Example: `  nibble playground export site
  python3 -m http.server --directory site`,
		Args: oneArgument("directory"),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.playgroundExport(ctx, args[0], force) }),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "write to a directory that is not empty, and replace files")
	return cmd
}

func (a *app) playgroundExport(ctx context.Context, dir string, force bool) error {
	done, err := playground.Export(ctx, dir, playground.ExportOptions{Generator: "nibble " + version(), Force: force})
	switch {
	case errors.Is(err, playground.ErrNotBuilt):
		return &hintedError{err: err, hint: "make build in a clone of the repository builds a nibble that has them"}
	case errors.Is(err, playground.ErrNotEmpty):
		return &hintedError{err: err, hint: "--force writes into it, replaces files of the page's names and leaves others"}
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%d files, %s\n%s\n", done.Files, units.Bytes(done.Bytes), filepath.Join(dir, "index.html"))
	return err
}
