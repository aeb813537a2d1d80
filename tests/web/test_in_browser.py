"""The page in a real browser, Debian's Chromium: a whole review by mouse and by keys, conflicts, hostile reports,
accessibility at both widths."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import line_feed
import pytest
from site_maker import line, made_store, served
from sqlalchemy import Engine

from pipeline.registry.export import export
from pipeline.registry.standing import REVIEWED
from pipeline.web.password import Secret

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
WIDTHS = {1280: 800, 390: 844}
PASSWORD = "correct horse battery"
Page = Any


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not Path(CHROMIUM).is_file():
        pytest.skip("no Chromium: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install '.[test]'")
    with sync_api.sync_playwright() as playwright:
        # Its sandbox does not start as root, as in a container.
        flags = ["--no-sandbox"] if os.getuid() == 0 else []
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield made
        made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = made_store(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def address(store: Engine) -> Iterator[str]:
    with served(store) as url:
        yield url


def opened(chromium: Any, width: int = 1280, **options: Any) -> Page:
    """A window of its own, with its own cookies, that fails on any error of script or policy."""
    page = chromium.new_context(viewport={"width": width, "height": WIDTHS[width]}, **options).new_page()
    page.set_default_timeout(10_000)
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on(
        "console",
        lambda said: page.troubles.append(said.text) if "Content Security" in said.text else None,
    )
    return page


def sign_in(page: Page, address: str, who: str = "Rita", password: str | None = None, place: str = "/") -> None:
    page.goto(address + place)
    page.get_by_label("Your name").fill(who)
    if password is not None:
        page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def row(page: Page, path: str) -> Page:
    return page.locator(f'[id="v-{path}"]')


def test_a_whole_review_by_mouse(chromium: Any, address: str, store: Engine, tmp_path: Path) -> None:
    page = opened(chromium)
    sign_in(page, address)
    page.get_by_role("link", name="A", exact=True).click()
    for _ in range(40):
        waiting = page.locator('.value[data-state="waiting"]').first
        if not waiting.count():
            break
        waiting.locator("a.look").click()
        waiting.get_by_role("button", name="Accept").click()
        page.get_by_role("status").wait_for()
    grade = row(page, "case.grade")
    grade.locator("a.look").click()
    assert page.locator("mark.lit").inner_text().endswith("grade 2")
    grade.get_by_label("Value").fill("3")
    grade.get_by_label("Reason").fill("the slide says so")
    grade.get_by_role("button", name="Save edit").click()
    assert "case.grade is edited, 3" in page.get_by_role("status").inner_text()
    lung = row(page, "metastases.0.site")
    lung.locator("a.look").click()
    lung.get_by_label("Reason").fill("another patient's")
    lung.get_by_role("button", name="Reject").click()
    assert line(store, "A", "metastases.0.site").state == "rejected"
    row(page, "metastases.0.site").get_by_role("button", name="Undo").click()
    assert "is accepted, lung" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Cases").click()
    assert page.get_by_role("row", name="A none").count() == 1
    assert page.troubles == []
    feed = tmp_path / "feed"
    export(store, "csv", line_feed.write, feed, REVIEWED, "Rita")
    with (feed / "provenance.csv").open(encoding="utf-8", newline="") as file:
        values = {(one["case_id"], one["value"]) for one in csv.DictReader(file)}
    assert {("A", "lung"), ("A", "letrozole")} <= values
    assert {case for case, _ in values} == {"A"}


def test_a_review_by_keys_alone(chromium: Any, address: str, store: Engine) -> None:
    page = opened(chromium)
    page.goto(address)
    keys = page.keyboard
    for _ in range(3):  # skip link, home, the name
        keys.press("Tab")
    keys.type("Kay")
    keys.press("Enter")
    page.wait_for_selector("table.cases")
    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    while page.evaluate("document.activeElement.textContent") != "A":
        keys.press("Tab")
    keys.press("Enter")
    page.wait_for_selector("#report")
    page.wait_for_load_state()  # the keys are heard when the script is there
    keys.press("j")
    assert page.locator(".value.chosen").get_attribute("id") == "v-case.sex"
    keys.press("n")
    keys.press("k")
    assert page.locator(".value.chosen").get_attribute("id") == "v-case.sex"
    with page.expect_navigation():
        keys.press("a")
    page.wait_for_load_state()
    assert line(store, "A", "case.sex").state == "accepted"
    assert page.evaluate("document.activeElement.closest('.value').id") == "v-case.sex"
    keys.press("n")
    keys.press("e")
    keys.type("59")
    keys.press("Tab")
    keys.type("jaru: these keys are words here")
    with page.expect_navigation():
        keys.press("Enter")
    assert line(store, "A", "case.age_at_diagnosis").value == "59"
    keys.press("r")
    keys.type("no")
    with page.expect_navigation():
        keys.press("Enter")
    assert line(store, "A", "case.age_at_diagnosis").state == "rejected"
    with page.expect_navigation():
        keys.press("u")
    found = line(store, "A", "case.age_at_diagnosis")
    assert (found.value, found.review and "Kay" in found.review) == ("59", True)
    keys.press("r")
    keys.press("Escape")
    keys.press("j")
    assert page.locator(".value.chosen").get_attribute("id") == "v-case.laterality"
    assert page.troubles == []


def test_keys_can_be_turned_off(chromium: Any, address: str, store: Engine) -> None:
    page = opened(chromium)
    sign_in(page, address, place="/case/A")
    page.get_by_text("Keys", exact=True).click()
    page.get_by_role("button", name="Turn keys off").click()
    page.keyboard.press("j")
    assert page.locator(".value.chosen").count() == 0


def test_it_works_without_script(chromium: Any, address: str, store: Engine) -> None:
    page = opened(chromium, java_script_enabled=False)
    sign_in(page, address, place="/case/A")
    row(page, "treatments.0.name").locator("a.look").click()
    assert page.locator("mark.lit").inner_text().endswith("letrozole")
    row(page, "treatments.0.name").get_by_role("button", name="Accept").click()
    assert line(store, "A", "treatments.0.name").state == "accepted"


def test_two_sessions_in_conflict(chromium: Any, address: str, store: Engine) -> None:
    rita, sam = opened(chromium), opened(chromium)
    for page, who in ((rita, "Rita"), (sam, "Sam")):
        sign_in(page, address, who, place="/case/A?value=case.grade")
    row(rita, "case.grade").get_by_label("Value").fill("1")
    row(rita, "case.grade").get_by_label("Reason").fill("first look")
    row(rita, "case.grade").get_by_role("button", name="Save edit").click()
    row(sam, "case.grade").get_by_role("button", name="Accept").click()
    assert "Somebody decided this meanwhile" in sam.inner_text("h1")
    assert "edit: 1" in sam.inner_text("main")
    assert "first look" in sam.inner_text("main")
    assert line(store, "A", "case.grade").value == "1"
    sam.get_by_role("button", name="Decide as I wanted").click()
    assert line(store, "A", "case.grade").value == "2"
    rita.reload()
    assert "accept: 2 by Sam" in row(rita, "case.grade").locator(".history").inner_text()


def test_a_hostile_report_does_nothing(chromium: Any, address: str, store: Engine) -> None:
    page = opened(chromium)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: page.troubles.append(dialog.message))
    sign_in(page, address, place="/case/evil?value=treatments.0.name")
    name = row(page, "treatments.0.name")
    name.get_by_label("Reason").fill("<script>document.title='owned'</script>")
    name.get_by_label("Value").fill("<img src=x onerror=document.title='owned'>")
    name.get_by_role("button", name="Save edit").click()
    page.get_by_role("status").wait_for()
    page.goto(f"{address}/picture/evil")
    page.goto(f"{address}/figures")
    page.goto(f"{address}/case/evil")
    page.locator("#timeline").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert "owned" not in page.title()
    assert "<script>document.title" in page.inner_text("#report")
    assert page.evaluate("document.scripts.length") == 1
    assert all(url.startswith(address) for url in asked)
    assert page.troubles == []


def test_sign_in_refused(chromium: Any, store: Engine) -> None:
    with served(store, secret=Secret(PASSWORD)) as address:
        page = opened(chromium)
        for _ in range(5):
            sign_in(page, address, password="guess after guess")
            assert "not the password" in page.get_by_role("alert").inner_text()
        sign_in(page, address, password=PASSWORD)
        assert "Too many wrong tries" in page.get_by_role("alert").inner_text()
        page.goto(f"{address}/case/A")
        assert page.url.startswith(f"{address}/sign-in")


def test_sign_in_with_the_password_and_out(chromium: Any, store: Engine) -> None:
    with served(store, secret=Secret(PASSWORD)) as address:
        page = opened(chromium)
        sign_in(page, address, password=PASSWORD, place="/case/A")
        assert page.url == f"{address}/case/A"
        page.get_by_role("button", name="Sign out").click()
        page.go_back()
        assert page.locator("#report").count() == 0


def conflict_page(page: Page, address: str) -> None:
    """The page of a conflict: the form of an old page sent after another decision."""
    page.goto(f"{address}/case/A?value=case.grade")
    page.evaluate("document.querySelector('.value.chosen [name=based_on]').value = '999'")
    row(page, "case.grade").get_by_role("button", name="Accept").click()


@pytest.mark.parametrize("width", WIDTHS)
def test_accessible_and_no_wider_than_the_window(chromium: Any, store: Engine, width: int) -> None:
    """No serious finding of axe-core; pictures of each page for whoever asks, in ONCOCASE_SHOTS."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shots = os.environ.get("ONCOCASE_SHOTS")
    with served(store) as address:
        page = opened(chromium, width)
        visits = {
            "sign-in": lambda: page.goto(f"{address}/sign-in"),
            "cases": lambda: sign_in(page, address),
            "case": lambda: page.goto(f"{address}/case/A"),
            "value": lambda: page.goto(f"{address}/case/A?value=treatments.0.name"),
            "decided": lambda: row(page, "treatments.0.name").get_by_role("button", name="Accept").click(),
            "problem": lambda: row(page, "treatments.0.name").get_by_role("button", name="Reject").click(),
            "contradiction": lambda: page.goto(f"{address}/case/A?value=contradictions.0"),
            "hostile": lambda: page.goto(f"{address}/case/evil"),
            "grade": lambda: page.goto(f"{address}/case/A?value=case.grade"),
            "graded": lambda: row(page, "case.grade").get_by_role("button", name="Accept").click(),
            "conflict": lambda: conflict_page(page, address),
            "figures": lambda: page.goto(f"{address}/figures"),
            "not-found": lambda: page.goto(f"{address}/case/none"),
        }
        found = []
        for name, visit in visits.items():
            visit()
            page.wait_for_load_state("load")
            if shots:
                page.screenshot(path=Path(shots) / f"{name}-{width}.png")
            for one in axe.Axe().run(page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found.append((name, one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"]))
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert found == []
        assert page.troubles == []
