"""``auld auth``: the user says yes, once, on a page of the vendor's, where that lets an account in and no password does."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping

import click

from auld.contract import Authorises, Consent
from auld.errors import AuldError, CredentialsRefused, CredentialsUnavailable, TryLater
from auldd.cli import output
from auldd.cli.common import Runtime, Unclear, pass_runtime
from auldd.config import Config
from auldd.config_model import did_you_mean


class NotAllowed(AuldError):
    """There is no consent: nothing that would be tried again by itself, or mended by another password."""


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[VENDOR] ACCOUNT")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where the browser comes back to; else any free port.")
@click.option("--no-browser", is_flag=True, help="Open no browser here; print the address alone.")
@pass_runtime
def auth(runtime: Runtime, words: tuple[str, ...], port: int, no_browser: bool) -> None:
    """Let an account in by your consent: its vendor asks you, once, in the browser. VENDOR may be left out.

    Over ssh, forward the port: ssh -L 8765:127.0.0.1:8765 HOST, and there: auld auth ACCOUNT --port 8765
    """
    if len(words) > 2:
        raise click.UsageError("give one account; a name with blanks in it goes into quotes")
    config = runtime.config()
    account = _account(config, words)
    browse = _no_browser if no_browser or not _has_screen(runtime.environ) else webbrowser.open
    with runtime.open_app(config) as app:
        try:
            told = app.authorise(account, Consent(say=click.echo, browse=browse, port=port))
        except (CredentialsRefused, CredentialsUnavailable, TryLater) as error:
            raise NotAllowed(str(error)) from error
    output.line(f"{account}: {told}.")
    output.line("Next: `auld check` shows what is read.")


def _account(config: Config, words: tuple[str, ...]) -> str:
    """The account that is meant by ``[VENDOR] ACCOUNT``, or by a vendor alone that has but one. Raises Unclear."""
    vendors = {each.name: each.connector.vendor for each in config.accounts.values() if isinstance(each.connector, Authorises)}
    vendor, name = words if len(words) == 2 else (None, words[0])
    if name not in config.accounts:
        theirs = [each for each, at in vendors.items() if at == name.casefold()]
        if len(words) == 1 and len(theirs) == 1:
            return theirs[0]
        hint = did_you_mean(name, vendors) or f"; there are: {', '.join(vendors) or 'none that need this'}"
        raise Unclear(f"no account is called {name!r}{hint}")
    if name not in vendors:
        raise Unclear(f"account {name!r} needs no consent: its connector is {config.accounts[name].connector.name}")
    if vendor is not None and vendor.casefold() != vendors[name]:
        raise Unclear(f"account {name!r} is not at {vendor!r} but at {vendors[name]!r}")
    return name


def _has_screen(environ: Mapping[str, str]) -> bool:
    """Whether a browser that is opened here is one that the user sees; one for the terminal would take it over."""
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) and "SSH_CONNECTION" not in environ


def _no_browser(address: str) -> bool:
    return False


COMMANDS = (auth,)
