"""The packages; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    # twistd finds the plugin as a module of twisted.plugins, whose __init__.py is Twisted's: none comes from here.
    packages=[*find_packages(include=["chatd", "chatd.*"]), "twisted.plugins"],
    # Without this an editable install puts no directory on the path, and twistd does not see the plugin.
    package_dir={"": "."},
)
