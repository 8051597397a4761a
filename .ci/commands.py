"""Gives the site its page of commands: what `--help` tells, as typer writes it down."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated page."""
    command = [sys.executable, "-m", "typer", "dedup.cli", "utils", "docs", "--name", "dedup", "--title", "Commands"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    files.append(File.generated(config, "reference/commands.md", content=told))
    return files
