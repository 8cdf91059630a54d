"""What a shared service needs before it listens: each lack is one line, and nobody is let near."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from coopsearch.search.errors import SettingsError
from coopsearch.search.web.team.network import checked_hosts, parsed
from tests.conftest import Run
from tests.engines.opensearch.certificates import Authority
from tests.web.served import Served, serving
from tests.web.team.shared import Team, TeamServed

grp = pytest.importorskip("grp")

#: Where nothing is listened on, as something is missing.
ANY = ["--listen", "127.0.0.1:0"]


def refused(run: Run, index: Path, *options: str | Path) -> str:
    """Return the one line by which a service is refused."""
    done = run("serve", index, *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.err
    return done.err


def test_what_is_missing(run: Run, folder: Path, team: Team) -> None:
    """TLS and accounts are not left out, and are not given for nothing."""
    index, options = folder / "index_data", team.options
    for at, name in ((0, "--certificate"), (2, "--key"), (4, "--accounts")):
        rest = [*options[:at], *options[at + 2 :]]
        assert f"--listen needs {name}" in refused(run, index, *ANY, *rest)
        assert f"{name} belongs to --listen" in refused(run, index, *options[at : at + 2])
    assert "--shared-desk belongs to --listen" in refused(run, index, "--shared-desk")
    assert "leave --port out" in refused(run, index, *ANY, *options, "--port", "8000")
    assert "leave --socket out" in refused(run, index, *ANY, *options, "--socket", "s")
    assert "leave --open out" in refused(run, index, *ANY, *options, "--open")
    assert "give one of them" in refused(run, index, *ANY, *options, "--shared-desk", "--read-only")
    assert "--host-name belongs to" in refused(run, index, "--host-name", "search.example.org")
    assert "--socket-group belongs to" in refused(run, index, "--socket-group", "users")


def test_files_that_others_may_read(run: Run, folder: Path, team: Team, tmp_path: Path) -> None:
    """Accounts and the key are for their owner alone."""
    index = folder / "index_data"
    team.accounts.chmod(0o640)
    assert "others may read or write the file of accounts; run `chmod 600`" in refused(
        run, index, *ANY, *team.options
    )
    team.accounts.chmod(0o600)
    key = tmp_path / "open.key"
    shutil.copy(team.pair.key, key)
    key.chmod(0o644)
    line = refused(run, index, *ANY, *team.options, "--key", key)
    assert "others may read or write the key; run `chmod 600`" in line


def test_accounts_that_are_none(run: Run, folder: Path, team: Team, tmp_path: Path) -> None:
    """Accounts that are missing, none, damaged, a link or something else are refused by what is wrong."""
    index = folder / "index_data"
    good = team.accounts.read_text()
    link, empty, bad = tmp_path / "link", tmp_path / "empty", tmp_path / "bad"
    link.symlink_to(team.accounts)
    empty.touch(0o600)
    bad.touch(0o600)
    for path, why in (
        (tmp_path / "none", "is not there"),
        (link, "symbolic links"),
        (empty, "holds no account"),
        (tmp_path, "not a regular file"),
    ):
        assert why in refused(run, index, *ANY, *team.options, "--accounts", path)
    for text, why in (
        (good + "Bob:secret\n", "bad:3: this line is not an account"),
        (good[:-1], "cut off"),
        (good + good, "stands above"),
    ):
        bad.write_text(text)
        assert why in refused(run, index, *ANY, *team.options, "--accounts", bad)


def test_certificates(run: Run, folder: Path, team: Team, authority: Authority, tmp_path: Path) -> None:
    """A certificate has a time that is now, its own key, and names; and what is none is told as that."""
    index = folder / "index_data"
    old, other = authority.issue("old", days=-1), authority.issue("other")
    locked, text = tmp_path / "locked.key", tmp_path / "text"
    text.write_text("no certificate\n")
    text.chmod(0o600)
    subprocess.run(
        ["openssl", "pkey", "-in", team.pair.key, "-aes256", "-passout", "pass:secret", "-out", locked],
        check=True,
    )
    locked.chmod(0o600)
    wild = authority.issue("wild", hosts=["DNS:*.example.org"])
    for pair, why in (
        ((old.certificate, old.key), "it has expired"),
        ((team.pair.certificate, other.key), "is not the key of the certificate"),
        ((tmp_path / "none", team.pair.key), "there is no such file; give a certificate"),
        ((team.pair.certificate, tmp_path / "none"), "there is no such file; give a key"),
        ((text, team.pair.key), "not a certificate and its key in PEM"),
        ((team.pair.certificate, text), "not a certificate and its key in PEM"),
        ((team.pair.certificate, locked), "locked by a password"),
        ((wild.certificate, wild.key), "names no host; say by which browsers ask with --host-name"),
    ):
        line = refused(run, index, *ANY, *team.options, "--certificate", pair[0], "--key", pair[1])
        assert why in line


def test_addresses(run: Run, folder: Path, team: Team, ours: TeamServed) -> None:
    """An address that is not one of this machine, or in use, is refused by name."""
    index = folder / "index_data"
    for address, why in (
        ("192.0.2.1:0", "192.0.2.1 is not an address of this machine"),
        (f"127.0.0.1:{ours.port}", f"in use by process {ours.process.pid} ("),
        ("search.example.org", "takes an address of this machine in digits"),
        ("", "takes an address of this machine in digits"),
    ):
        assert why in refused(run, index, "--listen", address, *team.options)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("0.0.0.0", "0.0.0.0", 8443), ("192.0.2.7:443", "192.0.2.7", 443), ("::", "::", 8443),
        ("[::1]:1", "::1", 1), ("[::1]", "::1", 8443), ("2001:DB8::7", "2001:db8::7", 8443),
    ],
)  # fmt: skip
def test_what_an_address_is(text: str, host: str, port: int) -> None:
    """An address is in digits, of either kind, with a port or without."""
    assert parsed(text) == (host, port)


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "a:1", "1.2.3", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:-1",
        "[::1", "[::1]1", "1.2.3.4:١", "*:80", ":80"],
)  # fmt: skip
def test_what_is_not_an_address(text: str) -> None:
    """What could be read in two ways is refused."""
    with pytest.raises(SettingsError, match="--listen takes"):
        parsed(text)


def test_host_names() -> None:
    """A name is one of the web, in any script, with the port of a proxy or without."""
    assert checked_hosts(["Search.Example.org", "x:8443", "مثال.example"]) == (
        "search.example.org", "x:8443", "xn--mgbh0fb.example",
    )  # fmt: skip
    for text in ("", "a b", "http://x", "a/b", "-a", "x:99999", "*.example.org", "x" * 300):
        with pytest.raises(SettingsError, match="--host-name takes"):
            checked_hosts([text])


def test_names_beside_the_certificate(team: Team, authority: Authority, folder: Path) -> None:
    """A name of --host-name is answered, and is the one that is shown; others are not."""
    wild = authority.issue("beside", hosts=["DNS:*.example.org"])
    own = Team(team.command, team.env, authority, wild, team.accounts)
    with own.serving(folder / "index_data", "--host-name", "search.example.org", cwd=folder) as one:
        base = str(one.place["base"])
        assert base.startswith("https://search.example.org:")
        port = base.rpartition(":")[2]
        one.trusted.check_hostname = False
        for host, status in ((f"search.example.org:{port}", 200), (f"other.example.org:{port}", 421)):
            assert one.call("/api/v1/health", headers={"host": host}).status == status


def test_addresses_of_the_other_kind(team: Team, authority: Authority, folder: Path) -> None:
    """It listens on IPv6, too, and is named as browsers name that."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6")
    pair = authority.issue("six", hosts=["IP:::1"])
    own = Team(team.command, team.env, authority, pair, team.accounts)
    with own.serving(folder / "index_data", "--listen", "[::1]:0", cwd=folder) as one:
        assert str(one.place["base"]).startswith("https://[::1]:")


def test_a_certificate_that_ends_soon(team: Team, authority: Authority, folder: Path) -> None:
    """A certificate that ends within two weeks is said at the start."""
    own = Team(team.command, team.env, authority, authority.issue("short", days=2), team.accounts)
    with own.serving(folder / "index_data", cwd=folder) as one:
        one.process.terminate()
        _, err = one.process.communicate(timeout=30)
    assert "the certificate ends on" in err
    assert err.count("\n") == 1


def test_a_proxy_before_the_socket(team: Team, folder: Path, tmp_path: Path) -> None:
    """Behind a proxy, pages go by its name over TLS; what its own door was shown may be handed on."""
    path = tmp_path / "s"
    options: list[str | Path] = ["--socket", path, "--host-name", "search.example.org"]
    with serving(team.command, team.env, folder / "index_data", *options, cwd=folder) as one:
        outside = {
            "host": "search.example.org",
            "authorization": "Basic QW5uOng=",
            "x-forwarded-proto": "https",
        }
        page = one.ask("GET", "/?q=boats", headers=outside)
        assert page.status == 200
        for origin, status in (("https://search.example.org", 200), ("http://search.example.org", 403)):
            assert one.ask("GET", "/", headers={**outside, "origin": origin}).status == status
        assert one.ask("GET", "/", headers={**outside, "host": "evil.example"}).status == 421
        assert one.ask("GET", "/api/v1/health").status == 200
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert _without_key(one, outside) == 403


def _without_key(one: Served, outside: dict[str, str]) -> int:
    headers = {
        **outside,
        "origin": "https://search.example.org",
        "content-type": "application/x-www-form-urlencoded",
    }
    return one.ask("POST", "/save", "name=a&q=boats", headers).status


def test_a_socket_for_a_group(run: Run, team: Team, folder: Path, tmp_path: Path) -> None:
    """A group of its user may open the socket where that is said, and no other is given it."""
    path, group = tmp_path / "s", grp.getgrgid(os.getgid()).gr_name
    options: list[str | Path] = ["--socket", path, "--socket-group", group]
    with serving(team.command, team.env, folder / "index_data", *options, cwd=folder) as one:
        assert one.ask("GET", "/api/v1/health").status == 200
        found = path.stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o660, os.getgid())
    line = refused(run, folder / "index_data", "--socket", path, "--socket-group", "nobody-at-all")
    assert "there is no group 'nobody-at-all'" in line
    assert not path.exists()
