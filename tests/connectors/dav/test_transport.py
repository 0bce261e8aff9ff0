"""Everything that can go wrong below HTTP's meaning ends, in bounded time, in the right error."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from auld.errors import AuldError, CredentialsRefused, CredentialsUnavailable, RateLimited, TryLater
from auld.testing.sources import Copy
from support.dav_accounts import QUICK, caldav_account, calendar, event, pulled
from support.dav_servers import free_port
from support.hostile_dav import HostileDav, Reply, multistatus

SECRET = "hunter2-very-secret"


def failing(hostile: HostileDav, kind: type[AuldError] = TryLater) -> AuldError:
    """The error that a pull ends in; it must not take long and must not tell the secret."""
    start = monotonic()
    with pytest.raises(kind) as caught:
        pulled(caldav_account(hostile.url, password=SECRET, limits=QUICK), calendar(hostile.url))
    assert monotonic() - start < 6
    assert SECRET not in str(caught.value)
    assert len(str(caught.value)) < 200
    return caught.value


def hang(connection: socket.socket, stop: threading.Event) -> None:
    stop.wait(20)


def drip(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(0.1):
        connection.sendall(b"<")


def drip_headers(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 207 Slow\r\nX-Slow: ")
    drip(connection, stop)


def reset(connection: socket.socket, stop: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def flood(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        connection.sendall(b" " * 65536)


LONG = {"Content-Length": str(2 * 1024**3), "Content-Type": "application/xml"}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(0, wire=hang), id="hang before headers"),
        pytest.param(Reply(207, b"<?xml", LONG, wire=hang), id="hang in the body"),
        pytest.param(Reply(207, b"<?xml", LONG, wire=drip), id="ten bytes a second"),
        pytest.param(Reply(0, wire=drip_headers), id="ten bytes a second of headers"),
        pytest.param(Reply(207, b"<?xml", LONG, wire=flood), id="two gigabytes"),
        pytest.param(Reply(0, wire=reset), id="reset before headers"),
        pytest.param(Reply(207, b"<?xml", LONG, wire=reset), id="reset in the body"),
        pytest.param(Reply(207, b"<?xml", LONG, wire=lambda c, s: c.close()), id="cut short"),
        pytest.param(Reply(207, gzip.compress(b"x" * 9999)[:60], {"Content-Encoding": "gzip"}), id="truncated gzip"),
        pytest.param(Reply(207, b"not gzip", {"Content-Encoding": "gzip"}), id="no gzip at all"),
        pytest.param(Reply(207, b""), id="empty body"),
        pytest.param(Reply(207, "<html><body>Log in!</body></html>", {"Content-Type": "text/html"}), id="portal 207"),
        pytest.param(Reply(200, "<!DOCTYPE html><html><br>Log in</html>", {"Content-Type": "text/html"}), id="portal 200"),
        pytest.param(Reply(200, "welcome", {"Content-Type": "text/plain"}), id="plain 200"),
        pytest.param(Reply(207, b"\xff\xfe\x00\x01"), id="noise"),
        pytest.param(Reply(207, '<multistatus xmlns="DAV:"><response><href>/u'), id="truncated XML"),
        pytest.param(multistatus([]), id="empty multistatus"),
    ],
)
def test_a_bad_answer_is_no_empty_collection(hostile: HostileDav, reply: Reply) -> None:
    hostile.put("a.ics", event("a", "A"))
    hostile.on("PROPFIND", reply, times=9)
    failing(hostile)


def test_a_compression_bomb_is_cut_off(hostile: HostileDav) -> None:
    hostile.on("PROPFIND", Reply(207, gzip.compress(b" " * 50 * 1024**2), {"Content-Encoding": "gzip"}))
    assert "larger" in str(failing(hostile))


def test_an_xml_bomb_is_refused(hostile: HostileDav) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY l0 "lol">{lol}]><multistatus xmlns="DAV:">&l9;</multistatus>'
    hostile.on("PROPFIND", Reply(207, bomb))
    failing(hostile)


def test_an_external_entity_is_not_read(hostile: HostileDav, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("private")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY x SYSTEM "file://{tmp_path / "private"}">]>'
        '<multistatus xmlns="DAV:"><sync-token>&x;</sync-token></multistatus>'
    )
    hostile.on("PROPFIND", Reply(207, body))
    assert "document type" in str(failing(hostile))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["PROPFIND", "sync", "multiget"])
def test_no_redirect_is_followed(hostile: HostileDav, status: int, kind: str) -> None:
    collection, copy = calendar(hostile.url), Copy()
    source = caldav_account(hostile.url)
    pulled(source, collection, copy)
    pulled(source, collection, copy)
    hostile.put("a.ics", event("a", "A"))
    hostile.put("b.ics", event("b", "B"))
    if kind == "PROPFIND":
        copy.cursor = None
    hostile.on(kind, Reply(status, headers={"Location": hostile.base + "/elsewhere/"}), times=20)
    hostile.on("GET", Reply(status, headers={"Location": hostile.base + "/elsewhere/"}), times=20)
    if kind == "multiget":
        assert pulled(source, collection, copy) == []
    else:
        with pytest.raises(TryLater):
            pulled(source, collection, copy)
    assert all(asked.path.startswith("/u/") for asked in hostile.log)


def test_nobody_listens() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(TryLater, match="refuses"):
        pulled(caldav_account(url), calendar(url))


def test_an_unknown_name() -> None:
    url = "https://nobody.invalid/"
    with pytest.raises(TryLater, match=r"nobody\.invalid"):
        pulled(caldav_account(url, limits=QUICK), calendar(url))


def test_a_kept_connection_that_died_is_made_anew_for_reading(hostile: HostileDav) -> None:
    collection, copy = calendar(hostile.url), Copy()
    source = caldav_account(hostile.url)
    pulled(source, collection, copy)
    pulled(source, collection, copy)
    hostile.on("sync", Reply(0, wire=lambda connection, stop: connection.close()))
    hostile.put("a.ics", event("a", "A"))
    assert len(pulled(source, collection, copy)) == 1


@pytest.mark.parametrize("headers", [{}, {"WWW-Authenticate": 'Basic realm="x"'}, {"WWW-Authenticate": "Digest"}])
def test_a_refused_password_costs_one_request(hostile: HostileDav, headers: dict[str, str]) -> None:
    hostile.on("*", Reply(401, headers=headers), times=99)
    failing(hostile, CredentialsRefused)
    assert len(hostile.log) == 1


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", 120),
        ("315360000", 86400),
        ("9" * 400, 86400),
        ("Mon, 02 Mar 2026 09:40:00 GMT", 600),
        ("Mon, 02 Mar 2020 09:40:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(hostile: HostileDav, value: str, after: float | None) -> None:
    hostile.on("PROPFIND", Reply(429, headers={"Retry-After": value, "Date": "Mon, 02 Mar 2026 09:30:00 GMT"}))
    error = failing(hostile, RateLimited)
    assert isinstance(error, RateLimited)
    assert error.after == after


def test_503_with_a_wish_is_a_limit_and_without_one_a_failure(hostile: HostileDav) -> None:
    hostile.on("PROPFIND", Reply(503, headers={"Retry-After": "7"}))
    assert failing(hostile, RateLimited)
    hostile.on("PROPFIND", Reply(503))
    assert not isinstance(failing(hostile), RateLimited)


def test_a_password_in_any_script_is_sent_as_utf8(hostile: HostileDav) -> None:
    pulled(caldav_account(hostile.url, "ωμέγα", "пароль"), calendar(hostile.url))
    assert hostile.log[0].headers["authorization"] == "Basic z4nOvM6tzrPOsTrQv9Cw0YDQvtC70Yw="


def test_a_token_is_sent_as_bearer(hostile: HostileDav) -> None:
    pulled(caldav_account(hostile.url, None, "t0ken", auth="bearer"), calendar(hostile.url))
    assert hostile.log[0].headers["authorization"] == "Bearer t0ken"


def test_a_token_that_cannot_be_sent_is_not_told(hostile: HostileDav) -> None:
    with pytest.raises(CredentialsUnavailable) as caught:
        pulled(caldav_account(hostile.url, None, f"{SECRET}\nX: y", auth="bearer"), calendar(hostile.url))
    assert SECRET not in str(caught.value)


def test_no_cookie_and_no_netrc(hostile: HostileDav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    reply = hostile.honest
    hostile.on("PROPFIND", lambda asked: _with_cookie(reply(asked)))
    source = caldav_account(hostile.url, None)
    pulled(source, calendar(hostile.url))
    pulled(source, calendar(hostile.url))
    assert all("cookie" not in asked.headers and "authorization" not in asked.headers for asked in hostile.log)


def _with_cookie(reply: Reply) -> Reply:
    reply.headers = {**reply.headers, "Set-Cookie": "session=1; Path=/"}
    return reply


class TestTls:
    """Certificates are checked, and a private authority can be named."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        """A self-signed certificate for 127.0.0.1 with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path = tmp_path / "server.pem"
        path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
        (tmp_path / "ca.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
        return path

    @pytest.fixture
    def url(self, certificate: Path, hostile: HostileDav) -> str:
        """The hostile server's answers, over TLS."""

        class Handler(BaseHTTPRequestHandler):
            def do_PROPFIND(self) -> None:
                body = multistatus([hostile.itself()]).body
                self.send_response(207)
                self.end_headers()
                self.wfile.write(body.encode() if isinstance(body, str) else body)

            def do_GET(self) -> None:
                drip_headers(self.connection, threading.Event())

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that leaves is what is tested
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"https://127.0.0.1:{server.server_port}/u/home/work/"

    def test_an_unknown_authority_is_refused(self, url: str) -> None:
        with pytest.raises(TryLater, match=r"no secure connection.*self.signed"):
            pulled(caldav_account(url), calendar(url))

    def test_a_private_authority_can_be_named(self, url: str, certificate: Path) -> None:
        source = caldav_account(url, ca=str(certificate.with_name("ca.pem")))
        assert pulled(source, calendar(url)) == []

    def test_headers_byte_by_byte_are_cut_off(self, url: str, certificate: Path) -> None:
        source = caldav_account(url, limits=QUICK, ca=str(certificate.with_name("ca.pem")))
        with pytest.raises(TryLater, match="too long"):
            source.fetch(calendar(url), "/u/home/work/a.ics")

    def test_no_tls_at_all(self, hostile: HostileDav) -> None:
        url = hostile.url.replace("http:", "https:")
        with pytest.raises(TryLater, match="no secure connection"):
            pulled(caldav_account(url, limits=QUICK), calendar(url))
