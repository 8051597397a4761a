"""The report in a real browser: what it shows, what keyboards can do, and that no text ever acts."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from command import SEEDS, dedup, plant
from page import blocks

from dedup.report import page as pages
from dedup.report.decision import Decision
from dedup.report.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (dependency group browser)")
CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
ATTACKS: Final = (
    "</script><script>window.hit = 1</script>",
    "<!--<script>window.hit = 2",
    '<img src="x" onerror="window.hit = 3">',
    "<svg onload=window.hit=4></svg></style><style>body { display: none }</style>",
    "javascript:window.hit=5 ${window.hit=6} {{7*7}} \\u003cscript>",
    "]]>\u2028window.hit = 7;\u2029&lt;b&gt; \u202etfel ot thgir\u2066 \0 \x1b[31m \ufeff",
    '"; window.hit = 8; //',
)
TEXT: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the town, while "
    "the keepers of the light counted lanterns on the water and wrote every name into the great book of the year."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Tab:
    """A page that was opened, and all that the browser complained of."""

    def __init__(self, browser: Any, path: Path, **how: Any) -> None:  # noqa: ANN401 - may not be installed
        self.page = browser.new_page(**how)
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("dialog", lambda opened: self.faults.append(opened.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def found(self) -> str:
        """Give what is told of the list."""
        told: str = self.page.inner_text("#found")
        return told

    def choose(self, field: str, value: str) -> str:
        """Set a filter, and give what is told of the list then."""
        before = self.found()
        if field in {"by-reason", "by-verdict", "order"}:
            self.page.select_option(f"#{field}", value)
        else:
            self.page.fill(f"#{field}", value)
        self.page.wait_for_function("told => document.getElementById('found').innerText !== told", arg=before)
        return self.found()

    def open(self, row: int = 0) -> str:
        """Open a row of the list, and give all that is shown of its document."""
        self.page.locator("#list tbody button").nth(row).click()
        told: str = self.page.inner_text("dialog")
        return told


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "out"
    assert dedup("clean", SEEDS, "-o", folder).code == 0
    return folder / "report.html"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean texts, ids and names that try to become markup or script."""
    folder = tmp_path_factory.mktemp("hostile")
    records = []
    for number, attack in enumerate(ATTACKS):
        text = "\n\n".join(f"{TEXT} {attack} {word} {number}" for word in ("one", "two", "three"))
        records += [
            {
                "id": f"{number} {attack[:60]}".translate({0: None, 0x2028: None, 0x2029: None, 0x1B: None}),
                "text": text,
            },
            {"id": f"copy {number}", "text": f"{text} And {attack} again."},
            {"id": f"bar {number}", "text": f"{number} {attack}\n\nShare on Facebook\n\nShare on Twitter\n\n{attack}"},
        ]
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    plant(folder / "in", {"<img src=x onerror=window.hit=9>.jsonl": lines, "b.txt": TEXT.encode()})
    assert dedup("clean", folder / "in", "-o", folder / "out").code == 0
    return folder / "out" / "report.html"


def test_no_text_acts(browser: Any, hostile: Path) -> None:  # noqa: ANN401
    """Texts, ids and names of files are shown letter by letter; none becomes an element, runs, or loads anything."""
    tab = Tab(browser, hostile)
    scripts = tab.page.locator("script").count()
    data = blocks(hostile)
    assert scripts == len(data) + 1
    decisions = len(data["facts"]["decisions"]["document"])
    assert decisions >= 2 * len(ATTACKS)
    told = ""
    for row in range(decisions):
        told += tab.open(row)
        for marked in tab.page.locator("[data-finding]").all():
            marked.focus()
        tab.page.keyboard.press("Escape")
    for summary in tab.page.locator("details summary").all():
        summary.click()
    for attack in ATTACKS[:5]:
        assert attack in told
    assert "⟨U+202E⟩" in told
    assert "⟨U+0000⟩" in told
    assert "\u202e" not in told
    assert tab.page.evaluate("window.hit") is None
    assert tab.page.locator("img, iframe, object, style style, body style").count() == 0
    assert tab.page.locator("script").count() == scripts
    assert tab.faults == []
    assert tab.asked == [hostile.as_uri()]


def test_only_the_own_script_runs(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """The policy stops every other script and style, were there a way to put one on the page."""
    tab = Tab(browser, seeds)
    assert tab.faults == []
    tab.page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hit = 1'>");
            document.body.append(Object.assign(document.createElement("script"), {textContent: "window.hit = 2"}));
        }"""
    )
    tab.page.wait_for_timeout(100)
    assert tab.page.evaluate("window.hit") is None
    assert any("Content Security Policy" in fault for fault in tab.faults)


def test_seeds(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """The page tells the ledger's facts: sizes, reasons, histograms with their thresholds, decisions."""
    tab = Tab(browser, seeds)
    rows = [orjson.loads(line) for line in (seeds.parent / "ledger.jsonl").read_bytes().splitlines()[1:]]
    report = orjson.loads((seeds.parent / "report.json").read_bytes())
    assert f"{report['characters']['out']:,}" in tab.page.inner_text("#sizes")
    reasons = tab.page.inner_text("#reasons")
    assert all(each["reason"] in reasons for each in rows)
    assert "threshold 0.9" in tab.page.inner_text("#histograms")
    assert f"All {len(rows)} decisions" in tab.page.inner_text("#drawn")
    margins = [float(text) for text in tab.page.locator("#list tbody td:last-child").all_inner_texts()]
    assert margins == sorted(margins)
    assert len(margins) == len(rows)
    assert tab.faults == []


def test_removed_text_is_marked(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """A document is shown whole; what went is marked, and tells its reason and evidence when it has the focus."""
    tab = Tab(browser, seeds)
    tab.choose("by-reason", "BP131")
    tab.open()
    original = (SEEDS / "000_a50a9388cdaa740f.txt").read_text(encoding="utf-8")
    assert tab.page.locator("dialog .text").text_content() == original
    byline = tab.page.locator("dialog del.current")
    assert (byline.text_content() or "").strip() == "Web Desk July 25, 2014"
    assert tab.page.locator("#tip").count() == 0 or not tab.page.locator("#tip").is_visible()
    byline.focus()
    assert tab.page.inner_text("#tip") == "BP131 byline: “Web Desk July 25, 2014”, confidence 0.95"
    assert byline.get_attribute("aria-describedby") == "tip"
    comments = tab.page.locator("dialog del", has_text="numbersnumbers")
    comments.hover()
    assert "BP101 comment-block" in tab.page.inner_text("#tip")


def test_twins_are_compared(browser: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """A near-duplicate stands beside what stays, and only the words that differ are marked, of any script."""
    texts = {"latin": TEXT + " The end of the story.", "han": "我们昨天在北京看到了很多船只离开港口" * 3}
    copies = {
        "latin": TEXT.replace("Eleven", "Twelve") + " The end of a story.",
        "han": texts["han"].replace("昨", "今", 1),
    }
    for name, text in texts.items():
        plant(tmp_path, {f"in/{name}1.txt": f"{text} 00".encode(), f"in/{name}2.txt": copies[name].encode()})
    assert dedup("clean", tmp_path / "in", "-o", tmp_path / "out").code == 0
    tab = Tab(browser, tmp_path / "out" / "report.html")
    seen = {}
    for row in range(tab.page.locator("#list tbody tr").count()):
        tab.open(row)
        went, stays = tab.page.locator(".beside .text").all()
        assert went.inner_text().startswith("went")
        assert "1.txt" in stays.inner_text()
        seen[stays.locator("h4").inner_text()] = [
            [text.strip() for text in side.locator(tag).all_inner_texts()]
            for side, tag in ((went, "del"), (stays, "ins"))
        ]
        tab.page.keyboard.press("Escape")
    assert seen == {
        "stays: latin1.txt": [["Twelve", "a"], ["Eleven", "the", "00"]],
        "stays: han1.txt": [["今"], ["昨", "00"]],
    }


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("", "", [], id="nothing"),
        pytest.param("a b", "a b", [["a b", "a b", True]], id="the same"),
        pytest.param("a\n\nb", "a b", [["a\n\nb", "a b", True]], id="white space"),
        pytest.param("", "a", [["", "a", False]], id="one side alone"),
        pytest.param("a", "b", [["a", "b", False]], id="nothing in common"),
        pytest.param("x y z", "x q z", [["x ", "x ", True], ["y", "q", False], [" z", " z", True]], id="a word"),
    ],
)
def test_difference(browser: Any, seeds: Path, left: str, right: str, expected: list[object]) -> None:  # noqa: ANN401
    """Runs that differ and runs that do not take turns."""
    tab = Tab(browser, seeds)
    assert tab.page.evaluate("([left, right]) => difference(left, right)", [left, right]) == expected


def test_difference_tiles(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """Each side of a difference, joined, is the text, and what is the same differs in white space only."""
    tab = Tab(browser, seeds)
    fault = tab.page.evaluate(
        """() => {
            let state = 7;
            const draw = (most) => (state = (state * 1103515245 + 12345) % 2147483648) % most;
            const words = ["a", "b", "é", "字", "\\n", ", "];
            const text = () => Array.from({length: draw(40)}, () => words[draw(words.length)]).join(" ");
            for (let turn = 0; turn < 2000; turn += 1) {
                const [left, right] = [text(), text()];
                const runs = difference(left, right);
                const tidy = (one) => one.replace(/\\s+/g, " ");
                const sides = [0, 1].map((side) => runs.map((run) => run[side]).join(""));
                const isWrong = (run, at) => run[2] ? tidy(run[0]) !== tidy(run[1]) : runs[at + 1]?.[2] === false;
                if (sides[0] !== left || sides[1] !== right || runs.some(isWrong)) return [left, right];
            }
            return null;
        }"""
    )
    assert fault is None


def test_filters(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """Reason, source, confidence, verdict and text choose the decisions of the ledger that are like that."""
    rows = [orjson.loads(line) for line in (seeds.parent / "ledger.jsonl").read_bytes().splitlines()[1:]]
    tab = Tab(browser, seeds)
    for field, value, chosen in (
        ("by-reason", "BP130", [row for row in rows if row["reason"] == "BP130"]),
        ("by-file", "004_", [row for row in rows if row["file"].startswith("004_")]),
        ("from", "0.96", [row for row in rows if row["evidence"].get("jaccard", row["confidence"]) >= 0.96]),
        ("to", "0.93", [row for row in rows if row["evidence"].get("jaccard", row["confidence"]) <= 0.93]),
        ("by-verdict", "0", [row for row in rows if row["kind"] == "suspicion"]),
        ("by-text", "WEB DESK", [row for row in rows if "Web Desk" in row["text"]]),
    ):
        assert 0 < len(chosen) < len(rows)
        told = tab.choose(field, value)
        assert told.startswith(f"{len(chosen)} decision"), field
        tab.page.evaluate("document.getElementById('filters').reset(); choose()")
    assert tab.choose("by-text", "of this there is none") == "No decision is like that."
    tab.page.locator("#reasons button", has_text="byline").click()
    assert tab.found().startswith("1 decision,")


def test_keyboard(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """A decision is opened, read, left for the next one and closed by keys alone; the focus comes back."""
    tab = Tab(browser, seeds)
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.className") == "skip"
    tab.page.keyboard.press("Enter")
    first = tab.page.locator("#list tbody button").first
    for _ in range(20):
        tab.page.keyboard.press("Tab")
        if first.evaluate("button => button === document.activeElement"):
            break
    tab.page.keyboard.press("Enter")
    assert tab.page.locator("dialog").evaluate("dialog => dialog.open")
    assert tab.page.evaluate("document.activeElement.id") == "document-title"
    name = tab.page.inner_text("#document-title")
    for _ in range(2):
        tab.page.locator("dialog").get_by_role("button", name="Next").focus()
        tab.page.keyboard.press("Enter")
    assert tab.page.inner_text("#document-title") != name
    tab.page.keyboard.press("Escape")
    assert not tab.page.locator("dialog").evaluate("dialog => dialog.open")
    assert first.evaluate("button => button === document.activeElement")


def test_everything_has_a_name(browser: Any, seeds: Path) -> None:  # noqa: ANN401
    """Fields, buttons, plots and tables say to a screen reader what they are."""
    tab = Tab(browser, seeds)
    nameless = tab.page.evaluate(
        """() => [...document.querySelectorAll("input, select, button, [role=img], table, section, dialog, nav, form")]
            .filter((one) => !(one.labels?.length || one.caption?.textContent || one.getAttribute("aria-label") ||
                one.getAttribute("aria-labelledby") || (one.tagName === "BUTTON" && one.textContent.trim())))
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    tab.page.get_by_role("search", name="Decisions").wait_for()
    assert tab.page.get_by_role("img", name="threshold 0.9").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, seeds: Path, scheme: str) -> None:  # noqa: ANN401
    """Every text is at least 4.5 times as light or dark as what is behind it (WCAG 2, level AA)."""
    tab = Tab(browser, seeds, color_scheme=scheme)
    colours = tab.page.evaluate(
        """() => {
            const style = getComputedStyle(document.documentElement);
            const names = ["ink", "faint", "link", "BP", "RP", "XP", "XD", "ND", "CD", "SS"];
            return ["paper", "raised", ...names].map((name) => style.getPropertyValue(`--${name}`).trim());
        }"""
    )
    paper, raised, *inks = map(luminance, colours)
    assert (paper > 0.9) == (scheme == "light")
    for ink in inks:
        for ground in (paper, raised):
            high, low = max(ink, ground), min(ink, ground)
            assert (high + 0.05) / (low + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Give the relative luminance of `#rgb` or `#rrggbb`, as WCAG 2 defines it."""
    digits = colour.removeprefix("#")
    parts = [digits[at : at + 2] for at in (0, 2, 4)] if len(digits) == 6 else [digit * 2 for digit in digits]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(part, 16) / 255 for part in parts)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_hundred_thousand(browser: Any, seeds: Path, tmp_path: Path) -> None:  # noqa: ANN401
    """A list of 100,000 decisions is turned, filtered and ordered; only a page of it is ever there."""
    size = 100_000
    decisions = [
        Decision(
            at,
            f"d{at}",
            f"f{at % 7}",
            0,
            1 + at % 90,
            "ND101" if at % 3 else "BP101",
            at % 2 > 0,
            "jaccard",
            0.9,
            at / size,
            "",
            "x",
        )
        for at in range(size)
    ]
    facts = blocks(seeds)["facts"] | Listing(decisions).columns() | {"total": 10 * size, "clusters": [], "sizes": []}
    with (tmp_path / "page.html").open("wb") as file:
        pages.write(file, facts, ())
    tab = Tab(browser, tmp_path / "page.html")
    assert "Of 1,000,000 decisions 100,000 are listed" in tab.page.inner_text("#drawn")
    assert tab.found().startswith("100,000 decisions, of which 1 to 50")
    tab.page.get_by_role("button", name="Last").click()
    assert tab.found().endswith("99,951 to 100,000 are shown")
    assert tab.page.locator("#list tbody tr").count() == 50
    assert tab.choose("by-reason", "BP101").startswith("33,334 decisions")
    assert tab.choose("by-file", "f6").startswith("4,762 decisions")
    told = tab.open()
    assert "dedup report FOLDER --document" in told
    assert tab.faults == []
