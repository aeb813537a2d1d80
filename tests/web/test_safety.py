"""Who may do what: signing in, forms from elsewhere, hosts, headers, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from site_maker import client, csrf, form_of, line, made_store
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from pipeline.errors import UsageError
from pipeline.registry.engine import reading
from pipeline.registry.tables import audit
from pipeline.web import password
from pipeline.web.guard import MOST_BYTES
from pipeline.web.password import Secret
from pipeline.web.sessions import IDLE, LONGEST, Sessions, Tries
from pipeline.web.settings import is_loopback, names_of
from pipeline.web.site import inside

PASSWORD = "correct horse battery"
PAGES = ("/", "/case/A", "/figures", "/picture/A", "/case/A?value=case.grade")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = made_store(tmp_path_factory.mktemp("store"))
    yield engine
    engine.dispose()


@pytest.fixture
def stranger(store: Engine) -> Iterator[TestClient]:
    with client(store, secret=Secret(PASSWORD)) as made:
        yield made


@pytest.fixture
def browser(store: Engine) -> Iterator[TestClient]:
    with client(store, reviewer="Rita") as made:
        yield made


def sign_in(browser: TestClient, word: str = PASSWORD, who: str = "Rita", place: str = "/"):
    fields = {"csrf": csrf(browser.get("/sign-in").text), "who": who, "password": word, "next": place}
    return browser.post("/sign-in", data=fields)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_shown_to_a_stranger(stranger: TestClient, page: str) -> None:
    answer = stranger.get(page)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    assert answer.text == ""
    assert stranger.post("/decide/A", data={"decision": "accept"}).status_code == 303
    assert stranger.post("/sign-out").status_code == 303


def test_sign_in_and_out(stranger: TestClient, store: Engine) -> None:
    before = stranger.get("/sign-in")
    anonymous = stranger.cookies["oncocase-8000"]
    answer = sign_in(stranger, place="/case/A")
    assert answer.headers["location"] == "/case/A"
    assert stranger.cookies["oncocase-8000"] != anonymous
    for said in (before.headers["set-cookie"], answer.headers["set-cookie"]):
        assert "HttpOnly" in said
        assert "SameSite=strict" in said
        assert "Secure" not in said
    page = stranger.get("/case/A")
    assert page.status_code == 200
    assert stranger.post("/sign-out", data={"csrf": csrf(page.text)}).status_code == 303
    assert stranger.get("/case/A").status_code == 303
    with reading(store) as connection:
        said = connection.execute(select(audit.c.action, audit.c.who).where(audit.c.action.like("sign%"))).all()
    assert ("sign-in", "Rita") in said
    assert ("sign-out", "Rita") in said


def test_the_cookie_is_secure_where_others_reach_the_page(store: Engine) -> None:
    with client(store, secret=Secret(PASSWORD), secure=True) as browser:
        said = browser.get("/sign-in")
        assert "Secure" in said.headers["set-cookie"]
        assert said.headers["set-cookie"].startswith("__Host-")
        assert "max-age" in said.headers["strict-transport-security"]


def test_a_wrong_password_is_refused_and_slowed_down(stranger: TestClient, store: Engine) -> None:
    for _ in range(5):
        answer = sign_in(stranger, "wrong", "Mallory")
        assert answer.status_code == 403
        assert "not the password" in answer.text
        assert "wrong" not in answer.text
    answer = sign_in(stranger)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 200
    assert stranger.get("/").status_code == 303
    with reading(store) as connection:
        said = connection.execute(select(audit).where(audit.c.action == "sign-in refused")).all()
    assert len([row for row in said if row.who == "Mallory"]) == 5
    assert all("wrong " + "wrong" not in row.about for row in said)


@pytest.mark.parametrize("who", ["", "  ", "x" * 81, "a\0b", "a\u202eb"])
def test_a_name_is_needed(stranger: TestClient, who: str) -> None:
    assert sign_in(stranger, who=who).status_code == 422


def test_tries_by_address_and_in_all() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    assert [tries.begin("a") for _ in range(5)] == [0] * 5
    assert tries.begin("a") > 0
    assert tries.begin("b") == 0
    tries.forgive("a")
    assert tries.begin("a") == 0
    for number in range(48):
        assert tries.begin(f"c{number}") == 0
    assert tries.begin("another") > 0
    now[0] = 301
    assert tries.begin("a") == 0


def test_sessions_end() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    idle, busy = sessions.begin("idle"), sessions.begin("busy")
    while now[0] < LONGEST:
        assert sessions.find(busy.token) is busy
        now[0] += IDLE - 1
    assert sessions.find(idle.token) is None
    now[0] = LONGEST + 1
    assert sessions.find(busy.token) is None
    first, form = sessions.begin("first"), sessions.begin(None)
    for _ in range(2000):
        sessions.begin(None)
    assert sessions.find(form.token) is None
    assert sessions.find(first.token) is first
    sessions.end(first)
    assert sessions.find(first.token) is None
    assert sessions.find(None) is None


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"csrf": None}, 403),
        ({"csrf": "guess"}, 403),
        ({"csrf": "\u0107"}, 403),
        ({"decision": "destroy"}, 400),
        ({"based_on": "x"}, 400),
        ({"based_on": "9" * 40}, 400),
    ],
)
def test_a_form_that_is_not_ours(browser: TestClient, store: Engine, more: dict[str, str], status: int) -> None:
    fields = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "accept"} | more
    answer = browser.post("/decide/A", data={name: value for name, value in fields.items() if value is not None})
    assert answer.status_code == status
    assert line(store, "A", "case.grade").state == "waiting"


def test_the_token_of_another_session_is_none(store: Engine) -> None:
    with client(store, reviewer="Rita") as one, client(store, reviewer="Rita") as other:
        fields = form_of(one.get("/case/A").text, "case.grade") | {"decision": "accept"}
        other.get("/")
        assert other.post("/decide/A", data=fields).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "localhost.evil.example:8000"}, 421),
        ({"host": "evil.example#localhost"}, 421),
        ({"host": ""}, 421),
        ({"host": "[::1"}, 421),
        ({"host": "127.0.0.1:9999"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "LOCALHOST"}, 200),
    ],
)
def test_hosts(browser: TestClient, headers: dict[str, str], status: int) -> None:
    assert browser.get("/", headers=headers).status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_form_from_another_site(browser: TestClient, origin: str) -> None:
    fields = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "accept"}
    assert browser.post("/decide/A", data=fields, headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("page", [*PAGES, "/sign-in", "/case/none", "/static/page.js", "/none", "/decide/A"])
def test_every_answer_carries_the_headers(browser: TestClient, page: str) -> None:
    said = browser.get(page).headers
    assert said["x-content-type-options"] == "nosniff"
    assert said["referrer-policy"] == "same-origin"
    assert said["x-frame-options"] == "DENY"
    assert "default-src 'none'" in said["content-security-policy"]
    assert said["cache-control"] == ("no-cache" if page.startswith("/static") else "no-store")
    if not page.startswith("/picture"):
        assert "unsafe" not in said["content-security-policy"]
    assert "server" not in said


def test_sizes(browser: TestClient) -> None:
    fields = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "accept"}
    assert browser.post("/decide/A", data=fields | {"why": "x" * MOST_BYTES}).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(70):
            yield b"x" * 1024

    assert browser.post("/decide/A", content=endless()).status_code == 413
    assert browser.post("/decide/A", data={f"f{n}": "x" for n in range(50)}).status_code == 400
    for broken in (b"csrf=%ED%A0%80", b"\xff=1", b"csrf"):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert browser.post("/decide/A", content=broken, headers=kind).status_code == 400
    assert browser.post("/decide/A", json=fields).status_code == 415
    assert browser.post("/decide/A", files={"path": b"case.grade"}).status_code == 415


@pytest.mark.parametrize(
    ("method", "page", "status"),
    [
        ("GET", "/case/none", 404), ("GET", "/picture/none", 404), ("GET", "/case/A%00", 404), ("GET", "/none", 404),
        ("GET", "/case/", 404), ("GET", "/static/", 404), ("GET", "/static/../app.py", 404),
        ("GET", "/static/..%2fapp.py", 404), ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/case/..%2f..%2fetc%2fpasswd", 404), ("GET", "/case/A%27%20OR%201=1", 404),
        ("GET", "/docs", 404), ("HEAD", "/", 200), ("HEAD", "/case/A", 200), ("HEAD", "/static/page.css", 200),
        ("POST", "/", 405), ("GET", "/decide/A", 405), ("GET", "/sign-out", 405), ("PUT", "/case/A", 405),
        ("DELETE", "/case/A", 405), ("OPTIONS", "/case/A", 405), ("TRACE", "/", 405),
    ],
)  # fmt: skip
def test_addresses(browser: TestClient, method: str, page: str, status: int) -> None:
    answer = browser.request(method, page)
    assert answer.status_code == status
    if method == "HEAD":
        assert answer.content == b""


def test_a_decision_on_a_case_that_there_is_not(browser: TestClient) -> None:
    fields = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "accept"}
    assert browser.post("/decide/none", data=fields).status_code == 404


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y", "", None]
)
def test_nobody_is_sent_elsewhere(place: str | None) -> None:
    assert inside(place) == "/"
    assert inside("/case/A?value=case.grade") == "/case/A?value=case.grade"


def test_a_store_in_trouble_is_told_without_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = made_store(tmp_path)
    with client(engine, reviewer="Rita") as browser:
        browser.get("/")
        engine.dispose()
        for file in tmp_path.glob("registry.db*"):
            file.unlink()
        answer = browser.get("/case/A")
    assert answer.status_code == 503
    assert "registry.db" not in answer.text
    assert "registry.db" in capsys.readouterr().err
    engine.dispose()


def test_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(password.VARIABLE, raising=False)
    assert password.read(None) is None
    file = tmp_path / "secret"
    file.write_text(f"{PASSWORD}\n")
    found = password.read(file)
    assert found is not None
    assert found.is_it(PASSWORD)
    assert not any(found.is_it(other) for other in ("", PASSWORD + " ", PASSWORD[:-1], "\ud800"))
    assert PASSWORD not in repr(vars(found))
    monkeypatch.setenv(password.VARIABLE, "short")
    for broken in (None, tmp_path / "none"):
        with pytest.raises(UsageError, match=r"password|cannot be read"):
            password.read(broken)


def test_loopback_and_names() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.3.2.1", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.2", "example.org", "")))
    assert names_of("127.0.0.1", ["tunnel"]) >= {"localhost", "tunnel"}
    assert names_of("10.0.0.1", []) == {"10.0.0.1"}
    with pytest.raises(UsageError, match="--name"):
        names_of("0.0.0.0", [])
