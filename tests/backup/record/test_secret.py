"""What is a secret, and that none of them gets into a text."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.record.secret import MASK, Secret, is_secret_name, mask_text


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "ilo_password",
        "passwd",
        "PASSWORD",
        "pwd",
        "admin_pwd",
        "rpw",
        "pw",
        "secret",
        "shared_secret",
        "community",
        "snmp_community",
        "token",
        "key",
        "private_key",
        "vncpasswd",
        "passphrase",
        "auth_pass",
        "dbpass",
        "smtpPass",
        "credentials",
        "cred",
        "pin",
        "sbd_pin",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "userid",
        "ilo_user",
        "login",
        "hostlist",
        "passwd_method",
        "pcmk_host_map",
        "passwd_script",
        "keymap",
        "compass_x",
        "hostname",
        "ipaddr",
        "bypass",
        "compass",
        "keepalive",
        "xmfile",
        "ilo_hostname",
        "pingd",
        "spin",
        "sacred",
        "public_key",
        "",
    ],
)
def test_names_of_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_a_secret_shows_dots_wherever_it_is_printed() -> None:
    secret = Secret("hidden")
    shown = f"{secret} {secret!r} {[secret]} {secret:} %s" % secret
    assert "hidden" not in shown
    assert shown.count(MASK) == 5
    assert secret.reveal() == "hidden"


def test_secrets_are_compared_by_what_they_hide() -> None:
    assert Secret("a") == Secret("a") == copy.deepcopy(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert not Secret("")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('extra="TERM=xterm root_password=hidden"', f'extra="TERM=xterm root_password={MASK}"'),
        ("vfb = [ 'type=vnc,vncpasswd=hidden,vncunused=1' ]", f"vfb = [ 'type=vnc,vncpasswd={MASK},vncunused=1' ]"),
        ("vncpasswd = 'hi dden'", f"vncpasswd = '{MASK}'"),
        ("passwd=hidden", f"passwd={MASK}"),
        ("Password = hidden, then", f"Password = {MASK}, then"),
        ("PASSX=hidden", f"PASSX={MASK}"),
        ('<nvpair id="a" name="ilo_password" value="hidden"/>', f'<nvpair id="a" name="ilo_password" value="{MASK}"/>'),
        ("<nvpair value='hidden' name='passwd'/>", f"<nvpair value=\"{MASK}\" name='passwd'/>"),
        ('<nvpair name="community" value="hidden/>', f'<nvpair name="community" value="{MASK}"'),
        ("(vncpasswd 'hidden')", f"(vncpasswd '{MASK}')"),
        ("(a (passwd hidden))", f"(a (passwd {MASK}))"),
        ("password='hid den", f"password={MASK}"),
        ("a = b = password = hidden", f"a = b = password = {MASK}"),
        ("ipmitool --password=hidden on", f"ipmitool --password={MASK} on"),
        ("1 sha1 hidden", f"1 sha1 {MASK}"),
        ("auth 1\n2 md5 hidden\n", f"auth 1\n2 md5 {MASK}\n"),
        ("stonith_host * baytech 10.0.0.3 hidden", f"stonith_host * baytech {MASK}"),
        ("http://admin:hidden@web/s and ftp://:hidden@x", f"http://admin:{MASK}@web/s and ftp://:{MASK}@x"),
        ("-u root -phidden -x", f"-u root -p{MASK} -x"),
        (
            "mon --password hidden --passwd='hid den' --secret=hidden",
            f"mon --password {MASK} --passwd={MASK} --secret={MASK}",
        ),
        ("ipmitool -U root -P hidden power", f"ipmitool -U root -P {MASK} power"),
        ("the password: hidden there", f"the password: {MASK} there"),
        ("<!-- root password is hidden --><a/>", f"<!--{MASK}--><a/>"),
        ("<!-- ilo password hid\nden", f"<!--{MASK}"),
        ('<a description="the root password is hidden"/>', f'<a description="{MASK}"/>'),
        ('<nvpair id="my-passwd" value="hidden"/>', f'<nvpair id="my-passwd" value="{MASK}"/>'),
        ('<nvpair name="credentials" value="hidden"/>', f'<nvpair name="credentials" value="{MASK}"/>'),
        ("sbd_pin=hidden", f"sbd_pin={MASK}"),
    ],
)
def test_secrets_in_text_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        '<nvpair id="a" name="userid" value="admin"/>',
        "passwd_method=file",
        "keepalive 2",
        "rsc_order 'a' has no score",
        '<nvpair id="a" name="hostlist" value="host1 host2"/>',
        "1 crc",
        "(vnc-listen '0.0.0.0')",
        "",
        "keymap=de",
        "nvpair 'ilo_password' holds a secret in clear text",
        "disk = [ 'phy:/dev/passwords,xvda,w' ]",
        "http://web:80/index.html",
        "host1@example and 10:30 @noon",
        "find -path x -print -pid 3",
        "pingd -m 100 -d 5s -p /run/pingd.pid",
        "<!-- keep two nodes --><a/>",
        '<a description="the web server"/>',
        "token: 3000",
        "pinned: yes",
        "login: two findings",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert mask_text(text) == text


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@given(st.text(st.characters(categories=["L", "N"]), min_size=6))
def test_no_password_survives(password: str) -> None:
    text = f'<nvpair name="ilo_password" value="{password}"/>\nvncpasswd="{password}"\nextra="pass={password}"'
    assert password not in mask_text(text)


def test_the_number_of_a_reservation_is_no_secret() -> None:
    assert is_secret_name("key")
    assert not is_secret_name("key", "fence_mpath")
    assert not is_secret_name("key", "stonith:fence_scsi")
    assert is_secret_name("passwd", "fence_mpath")


def test_masking_takes_linear_time() -> None:
    for text in (
        "pass" * 50_000,
        "a" * 200_000 + "=",
        "<" * 100_000,
        "(" * 100_000,
        "pass=" * 50_000,
        "1 sha1" * 50_000,
        "//a:" * 50_000,
        "//:@" * 50_000,
        "--password" * 50_000,
        "--password " * 50_000,
        "-p" * 50_000,
        "ipmitool -P " * 50_000,
        "password: " * 50_000,
        "<!--" * 50_000 + "password",
        'description="' * 50_000,
        "description" + " " * 100_000,
        "pass" + " " * 100_000,
        "password" + "-a" * 50_000 + ":" * 50_000,
    ):
        assert isinstance(mask_text(text), str)


def test_text_in_an_nvpair_is_its_value() -> None:
    assert mask_text('<nvpair name="password">  s1 s2</nvpair>') == f'<nvpair name="password">{MASK}</nvpair>'
    assert mask_text('<nvpair name="password"> was renamed') == '<nvpair name="password"> was renamed'
    assert mask_text('<nvpair name="ip">s1</nvpair>') == '<nvpair name="ip">s1</nvpair>'
