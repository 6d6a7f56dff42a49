"""What a package of chatd is made of, and what its documents promise about it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from twisted.application.service import IServiceMaker
from twisted.cred.strcred import ICheckerFactory
from twisted.plugin import getPlugins
from twisted.trial.unittest import SynchronousTestCase

import chatd

_ROOT = Path(__file__).resolve().parents[1]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _requirements() -> list[str]:
    """The names of all that is needed to run, test, lint or build."""
    project = _PROJECT["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values(), _PROJECT["build-system"]["requires"]]
    return [match[0] for group in groups for requirement in group if (match := _NAME.match(requirement))]


class PackagingTests(SynchronousTestCase):
    def test_every_dependency_has_its_reason(self) -> None:
        words = set(_NAME.findall((_ROOT / "docs" / "decisions.rst").read_text()))
        self.assertEqual([name for name in _requirements() if name not in words], [])

    def test_twisteds_own_packages_are_left_alone(self) -> None:
        self.assertEqual([str(path) for path in (_ROOT / "twisted").rglob("__init__.py")], [])

    def test_the_version_says_which_release_it_leads_to(self) -> None:
        self.assertTrue(re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", chatd.__version__), chatd.__version__)

    def test_twistd_finds_the_service_once(self) -> None:
        self.assertEqual([maker.tapname for maker in getPlugins(IServiceMaker)].count("chatd"), 1)

    def test_twistd_finds_the_checker_once(self) -> None:
        self.assertEqual([factory.authType for factory in getPlugins(ICheckerFactory)].count("csv"), 1)

    def test_other_services_do_not_pay_for_the_plugin(self) -> None:
        program = "import sys, twisted.plugins.chatd_plugin; print([m for m in sys.modules if m.startswith('chatd')])"
        done = subprocess.run([sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "[]\n")


class DocumentTests(SynchronousTestCase):
    def test_the_index_lists_every_page(self) -> None:
        index = (_ROOT / "docs" / "index.rst").read_text()
        pages = {path.name for path in (_ROOT / "docs").glob("*.rst")} - {"index.rst"}
        self.assertEqual(set(re.findall(r"<(\w+\.rst)>", index)), pages)

    def test_every_news_fragment_has_a_kind_that_the_changelog_knows(self) -> None:
        kinds = {kind["directory"] for kind in _PROJECT["tool"]["towncrier"]["type"]}
        fragments = [path.name for path in (_ROOT / "changelog.d").iterdir() if path.name != "README.rst"]
        self.assertEqual([name for name in fragments if name.split(".")[-2] not in kinds or name[-4:] != ".rst"], [])
