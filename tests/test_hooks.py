"""The hooks run by pre-commit itself in a repository of git's own, and what git tells has changed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from command import ROOT, Ran, dedup, plant, tree
from schemas import HOOKS, WORKFLOW, validate

from dedup.formats import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

yaml = pytest.importorskip("yaml", reason="the group ecosystem is not installed")

STORY: Final = (
    "Eleven ships left the harbour at dawn and only nine of them came back before the storm broke over the bay.\n\n"
    "Nobody had seen the pilot since, although his boat lay where it always did, with both of its oars in it.\n"
)
DIRTY: Final = b"A text of its own.\n\nSubscribe to our newsletter\n"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a repository without anybody's settings, and find the program where this Python is."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    nobody = {"NAME": "Nobody", "EMAIL": "nobody@example.org"}
    for role in ("AUTHOR", "COMMITTER"):
        for what, value in nobody.items():
            monkeypatch.setenv(f"GIT_{role}_{what}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    git("init", "-q", "-b", "main")


def git(*arguments: str | Path) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def commit(message: str = "more") -> Ran:
    git("add", "-A")
    done = subprocess.run(["git", "commit", "-q", "-m", message], capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def manifest() -> list[dict[str, Any]]:
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return hooks


def test_manifest() -> None:
    """The hooks are what pre-commit's schema asks for, get no file names, and run once for whatever we can read."""
    validate(manifest(), HOOKS)
    assert [hook["id"] for hook in manifest()] == ["dedup-check", "dedup-fix"]
    for hook in manifest():
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True
        assert all(re.search(hook["files"], f"corpus/a{suffix}") for suffix in SUFFIXES)
        assert not any(re.search(hook["files"], name) for name in ("a.py", "txt", "a.md", "a.txt.py", "Makefile"))
        command, *options = shlex.split(hook["entry"])[1:]
        assert dedup(command, *options, "--help").code == 0


@pytest.fixture
def hooked(tmp_path: Path) -> Callable[..., None]:
    """Set one of the hooks up as users do, but for the program, which is the one at hand."""
    pytest.importorskip("pre_commit", reason="the group ecosystem is not installed")

    def set_up(hook: str, *options: str) -> None:
        home = tmp_path / "dedup"
        home.mkdir()
        plant(home, {".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_bytes()})
        for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "hooks")):
            git("-C", home, *command)
        used = {"id": hook, "args": ["corpus/", *options], "language": "system"}
        repository = {"repo": str(home), "rev": git("-C", home, "rev-parse", "HEAD").strip(), "hooks": [used]}
        plant(Path.cwd(), {".pre-commit-config.yaml": yaml.safe_dump({"repos": [repository]}).encode()})
        subprocess.run(["pre-commit", "install"], capture_output=True, check=True)

    return set_up


def test_check_hook(hooked: Callable[..., None]) -> None:
    """A commit of a clean corpus goes through, one with a finding is refused and tells it, others run nothing."""
    hooked("dedup-check")
    plant(Path.cwd(), {"corpus/a.txt": STORY.encode()})
    assert commit().code == 0
    plant(Path.cwd(), {"notes.md": b"Subscribe to our newsletter"})
    other = commit()
    assert (other.code, "no files to check" in other.err) == (0, True)
    plant(Path.cwd(), {"corpus/b.txt": DIRTY})
    refused = commit()
    assert refused.code == 1
    assert "corpus/b.txt:3:1: BP151 newsletter-prompt" in refused.err
    assert git("log", "--oneline").count("\n") == 2
    plant(Path.cwd(), {"corpus/b.txt": b"A text of its own.\n"})
    assert commit().code == 0


def test_check_hook_of_what_changed(hooked: Callable[..., None]) -> None:
    """With `--changed-only`, a commit is refused for what it brings into the corpus, not for what there is."""
    plant(Path.cwd(), {"corpus/a.txt": STORY.encode(), "corpus/old.txt": DIRTY})
    assert commit().code == 0
    hooked("dedup-check", "--changed-only")
    plant(Path.cwd(), {"corpus/b.txt": b"Another text.\n"})
    assert commit().code == 0
    plant(Path.cwd(), {"corpus/c.txt": f"{STORY}\nAnd more was said of it.\n".encode()})
    refused = commit()
    assert refused.code == 1
    assert "corpus/c.txt:1:1: ND101 near-duplicate of a.txt" in refused.err
    assert "old.txt" not in refused.err


def test_fix_hook(hooked: Callable[..., None]) -> None:
    """A commit with findings is refused once, cleaned, and goes through when what was cleaned is added."""
    hooked("dedup-fix")
    plant(Path.cwd(), {"corpus/a.txt": STORY.encode(), "corpus/b.txt": DIRTY, "corpus/c.txt": STORY.upper().encode()})
    refused = commit()
    assert refused.code == 1
    assert "files were modified by this hook" in refused.err
    assert tree(Path("corpus")) == {"a.txt": STORY.encode(), "b.txt": b"A text of its own.\n"}
    assert commit().code == 0
    assert git("ls-files").split() == [".pre-commit-config.yaml", "corpus/a.txt", "corpus/b.txt"]


def test_what_has_changed() -> None:
    """Staged, unstaged and new files are judged, others and those that git ignores are not."""
    plant(
        Path.cwd(), {f"corpus/{name}.txt": f"{name} text.\n".encode() for name in ("same", "staged", "changed", "gone")}
    )
    plant(Path.cwd(), {".gitignore": b"ignored.txt\n", "corpus/dirty.txt": b"dirty " + DIRTY})
    assert commit().code == 0
    assert dedup("check", "corpus", "--changed-only") == (0, "", "")
    for name in ("staged", "changed", "new", "ignored"):
        plant(Path.cwd(), {f"corpus/{name}.txt": f"{name} ".encode() + DIRTY})
    Path("corpus/gone.txt").unlink()
    git("add", "corpus/staged.txt")
    ran = dedup("check", "corpus", "--changed-only")
    assert ran.code == 1
    assert [line.split(":")[0] for line in ran.out.splitlines()] == [
        f"corpus/{name}.txt" for name in ("changed", "new", "staged")
    ]
    assert {line.split(":")[0] for line in dedup("check", "corpus").out.splitlines()} > {"corpus/dirty.txt"}
    os.chdir("corpus")
    assert dedup("check", ".", "--changed-only").out == ran.out.replace("corpus/", "")


def test_before_the_first_commit() -> None:
    """Where nothing is committed yet, everything has changed."""
    plant(Path.cwd(), {"corpus/a.txt": DIRTY, "corpus/b.txt": b"b " + DIRTY})
    git("add", "corpus/a.txt")
    assert dedup("check", "corpus", "--changed-only").out.count("\n") == 2


def test_since_a_branch() -> None:
    """What a branch brings is judged, not what the other one got meanwhile."""
    plant(Path.cwd(), {"corpus/a.txt": b"A text.\n", "corpus/b.txt": b"Another one.\n"})
    assert commit().code == 0
    git("checkout", "-q", "-b", "topic")
    plant(Path.cwd(), {"corpus/c.txt": DIRTY})
    assert commit().code == 0
    git("checkout", "-q", "main")
    plant(Path.cwd(), {"corpus/a.txt": b"a " + DIRTY})
    assert commit().code == 0
    git("checkout", "-q", "topic")
    plant(Path.cwd(), {"corpus/a.txt": b"A text.\n"})
    ran = dedup("check", "corpus", "--since", "main")
    assert [line.split(":")[0] for line in ran.out.splitlines()] == ["corpus/c.txt"]
    refused = dedup("check", "corpus", "--since", "nowhere")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "nowhere" in refused.err


def test_fix_of_what_changed() -> None:
    """With `--changed-only`, only changed files are cleaned."""
    plant(Path.cwd(), {"corpus/a.txt": DIRTY})
    assert commit().code == 0
    plant(Path.cwd(), {"corpus/b.txt": b"Another t" + DIRTY[3:]})
    assert dedup("check", "corpus", "--changed-only", "--fix").code == 0
    assert tree(Path("corpus")) == {"a.txt": DIRTY, "b.txt": b"Another text of its own.\n"}


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a repository that is one line that says what to do."""
    plant(tmp_path, {"elsewhere/a.txt": b""})
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = dedup("check", ".", "--changed-only")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "not a git repository" in ran.err


def examples() -> list[dict[Any, Any]]:
    guide = (ROOT / "docs" / "guides" / "checks.md").read_text(encoding="utf-8")
    return [yaml.safe_load(found) for found in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]


def test_example_of_hooks() -> None:
    """The guide's configuration, as it stands, lets pre-commit refuse what a commit brings into the corpus."""
    pytest.importorskip("pre_commit", reason="the group ecosystem is not installed")
    plant(Path.cwd(), {"corpus/a.txt": STORY.encode(), "corpus/old.txt": DIRTY})
    assert commit().code == 0
    [config] = [example for example in examples() if "repos" in example]
    plant(Path.cwd(), {".pre-commit-config.yaml": yaml.safe_dump(config).encode()})
    subprocess.run(["pre-commit", "install"], capture_output=True, check=True)
    plant(Path.cwd(), {"notes.txt": DIRTY})
    assert commit().code == 0
    plant(Path.cwd(), {"corpus/b.txt": b"Another t" + DIRTY[3:]})
    refused = commit()
    assert refused.code == 1
    assert "corpus/b.txt:3:1: BP151 newsletter-prompt" in refused.err
    assert "old.txt" not in refused.err


def test_example_of_a_workflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide's workflow is one to GitHub, and its check, run as there in a clone, tells what a branch brings."""
    [workflow] = [example for example in examples() if "jobs" in example]
    workflow["on"] = workflow.pop(
        True, workflow.get("on")
    )  # YAML 1.1, which GitHub does not read, takes it for a truth
    validate(workflow, WORKFLOW)
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    install, check = steps
    assert install == "pip install corpus-dedup"
    plant(Path.cwd(), {"corpus/a.txt": b"a " + DIRTY})
    assert commit().code == 0
    git("clone", "-q", ".", tmp_path / "clone")
    monkeypatch.chdir(tmp_path / "clone")
    git("checkout", "-q", "-b", "topic")
    plant(Path.cwd(), {"corpus/b.txt": DIRTY})
    assert commit().code == 0
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", check]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"::error file=corpus/b\.txt,line=3,.*::newsletter-prompt .*\n", done.stdout)
