"""What the documents name exists: make targets, linked files, headings of anchors."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_NAME = re.compile(r"\[`(\w+)`\]\(([^)\s]+\.py)\)")
_MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_HIDDEN = re.compile(r"(^|/)(\.[a-z_]+|[a-z_]+\.egg-info|build|node_modules)/")

DOCUMENTS = tuple(
    sorted(
        path
        for path in (found.relative_to(ROOT).as_posix() for found in ROOT.rglob("*.md"))
        if not _HIDDEN.search(path)
    )
)  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_somewhere(document: str) -> None:
    links = _LINK.findall(_without_code((ROOT / document).read_text()))
    broken = [link for link in links if not re.match(r"[a-z]+:", link) and not _leads_somewhere(document, link)]
    assert not broken, f"{document} has broken links: {broken}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_linked_to_a_file_of_code_is_defined_there(document: str) -> None:
    named = _NAME.findall((ROOT / document).read_text())
    missing = [f"{name} in {path}" for name, path in named if name not in _defined_in((ROOT / document).parent / path)]
    assert not missing, f"{document} names what is not defined in the linked file: {missing}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_command_named_exists(document: str) -> None:
    code = " ".join(_CODE.findall((ROOT / document).read_text()))
    unknown = set(_MAKE.findall(code)) - _targets()
    assert not unknown, f"{document} names make targets that are not in the Makefile: {unknown}"


@pytest.mark.processes
def test_every_make_command_of_the_readme_is_listed_by_make_help() -> None:
    if shutil.which("make") is None:
        pytest.skip("needs make")
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    named = set(_MAKE.findall(" ".join(_CODE.findall((ROOT / "README.md").read_text()))))
    missing = named - {line.split()[0] for line in listed.splitlines() if line}
    assert not missing, f"give these targets a `## ` sentence in the Makefile: {missing}"


@pytest.mark.parametrize("service", ["orders", "catalogue", "delivery", "suppliers", "dashboard", "evidence", "lms"])
def test_every_service_has_its_page(service: str) -> None:
    page = ROOT / "services" / service / "README.md"
    assert page.exists(), "write one page: what it owns, events consumed and published, API, runbook"
    assert "## Runbook" in page.read_text(), "operations staff look for the runbook first"


def _leads_somewhere(document: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in _anchors(target.read_text())


def _defined_in(path: Path) -> set[str]:
    """Returns the names that a module defines at its top level."""
    statements = ast.parse(path.read_text()).body
    defined = {node.name for node in statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    targets = [target for node in statements if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in statements if isinstance(node, ast.AnnAssign)]
    return defined | {target.id for target in targets if isinstance(target, ast.Name)}


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
