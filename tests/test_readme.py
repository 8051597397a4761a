"""
README and docs tell the truth: their tables are generated, their commands exist, their library examples run.

`python tests/test_readme.py` writes the generated parts anew.
"""

from __future__ import annotations

import ast
import doctest
import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import regex
from typer.testing import CliRunner

from dedup import cli, library, sketch
from dedup.cli.rules import table as rules_table
from dedup.settings import MatchSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"


def setting_accounts() -> Iterator[tuple[str, str]]:
    """Give every setting's flat name and the docstring below it."""
    tree = ast.parse((ROOT / "dedup" / "settings.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for field, account in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(account, ast.Expr):
                    assert isinstance(field.target, ast.Name)
                    assert isinstance(account.value, ast.Constant)
                    yield field.target.id, " ".join(str(account.value.value).split())


def options_table() -> str:
    accounts = dict(setting_accounts())
    defaults = Settings().flat()
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name in Settings.names():
        default = defaults[name]
        shown = ", ".join(default) if isinstance(default, list) else json.dumps(default).strip('"')
        lines.append(f"| `{name}` | {shown} | {accounts[name]} |")
    return "\n".join(lines)


def quality_table() -> str:
    measured = json.loads((ROOT / "benchmarks" / "quality.json").read_text(encoding="utf-8"))
    lines = ["| measured on | what | result |", "|---|---|---|"]
    lines += [f"| {row['data']} | {row['what']} | {row['result']} |" for row in measured["results"]]
    scores = json.loads((ROOT / "training" / "scores.json").read_text(encoding="utf-8"))
    for group, what in UNSEEN.items():
        row = scores["rules and model together, at default"][group]
        taken = f"{row['text lost']:.1%}; {row['boilerplate removed']:.1%}"
        comments = f"; {row['comments removed']:.1%}" if "comments removed" in row else ""
        lines.append(f"| labelled lines, sites that the model has not seen | {what} | {taken}{comments} |")
    return "\n".join(lines)


UNSEEN: Final = {
    "all flat": "whole pages, rules and line model: good text lost; boilerplate removed",
    "all half": "half-clean pages, the same",
    "all flat comments": "whole pages with comments: text lost; boilerplate removed; comments removed",
    "all half comments": "half-clean pages with comments, the same",
}
"""Groups of `training/scores.json`, and what is told of them."""


def bands_table() -> str:
    asked = {"no threshold, the default": MatchSettings()}
    asked |= {f"`--threshold {threshold}`": MatchSettings(threshold=threshold) for threshold in (0.7, 0.8, 0.9)}
    lines = ["| bands chosen for | bands x rows |" + "".join(f" J = {jaccard} |" for jaccard in SIMILARITIES)]
    lines += ["|---|---:|" + "---:|" * len(SIMILARITIES)]
    for name, settings in asked.items():
        cut = sketch.banding(settings)
        chances = "".join(f" {cut.probability(jaccard):.3f} |" for jaccard in SIMILARITIES)
        lines.append(f"| {name} | {cut.bands} x {cut.rows} |{chances}")
    return "\n".join(lines)


SIMILARITIES: Final = (0.3, 0.5, 0.7, 0.8, 0.9)
DECIDES: Final = ROOT / "docs" / "how-it-decides.md"
GENERATED: Final = {
    "rules": (README, rules_table),
    "settings": (README, options_table),
    "quality": (README, quality_table),
    "bands": (DECIDES, bands_table),
}


def part(name: str) -> regex.Pattern[str]:
    return regex.compile(
        rf"(?<=<!-- --8<-- \[start:{name}\] -->\n).*?(?=\n<!-- --8<-- \[end:{name}\] -->)", regex.DOTALL
    )


@pytest.mark.parametrize("name", GENERATED)
def test_generated_part(name: str) -> None:
    """Each generated table stands in its page as it is generated now."""
    page, generate = GENERATED[name]
    found = part(name).search(page.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == generate()


def test_every_setting_is_told() -> None:
    """Every setting has an account, and every account belongs to a setting."""
    accounts = {name for name, _ in setting_accounts()}
    nested = {field.name for field in fields(Settings)} - set(Settings.names())
    assert accounts - nested == set(Settings.names())


def test_every_command_is_told() -> None:
    """Every command of the program is in the README, and has a help text with an example."""
    text = README.read_text(encoding="utf-8")
    for command in cli.app.registered_commands:
        assert command.callback is not None
        name = command.callback.__name__
        assert f"dedup {name}" in text
        shown = CliRunner().invoke(cli.app, [name, "--help"])
        assert shown.exit_code == 0
        assert f"Example: dedup {name}" in " ".join(shown.output.replace("│", " ").split())


def test_examples_run() -> None:
    """The examples in the library's docstrings and on these pages give what they say."""
    pages = [doctest.testfile(str(page), module_relative=False, encoding="utf-8") for page in (README, DECIDES)]
    for result in (doctest.testmod(library), *pages):
        assert result.attempted > 0
        assert result.failed == 0


def test_findings_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings that the README shows are what `dedup check seeds` finds, and the ledger rows those of cleaned/."""
    monkeypatch.chdir(ROOT)
    found = CliRunner().invoke(cli.app, ["check", "seeds"]).output.splitlines()
    text = README.read_text(encoding="utf-8")
    shown = [line for line in text.splitlines() if line.startswith("seeds/") and ":" in line]
    assert shown
    assert set(shown) <= set(found)
    rows = [json.loads(line) for line in (ROOT / "cleaned" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]
    spans = {(row["document"], row["start"], row["end"], row["reason"]) for row in rows[1:]}
    told = regex.findall(r'"document": "([^"]+)", "start": (\d+), "end": (\d+), "reason": "(\w+)"', text)
    assert told
    assert {(name, int(start), int(end), code) for name, start, end, code in told} <= spans


def test_two_commands() -> None:
    """The two commands that the README promises are targets of the Makefile."""
    text = README.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("cleaned", "test"):
        assert f"make {target}" in text
        assert regex.search(rf"^{target}:", makefile, regex.MULTILINE)


if __name__ == "__main__":
    for section, (page, generate) in GENERATED.items():
        whole = page.read_text(encoding="utf-8")
        found = part(section).search(whole)
        assert found is not None
        page.write_text(whole[: found.start()] + generate() + whole[found.end() :], encoding="utf-8")
