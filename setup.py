"""Map the repository to the import package ``sanhui``; everything else stands in pyproject.toml."""

from setuptools import find_namespace_packages, setup

FOLDERS = ("plugin", "jobs", "templates", "config")

setup(
    package_dir={"sanhui": "."},
    py_modules=["sanhui.__init__"],  # the root, without this recipe
    packages=[
        f"sanhui.{name}" for folder in FOLDERS for name in find_namespace_packages(include=[folder, f"{folder}.*"])
    ],
    package_data={"": ["py.typed", "*.j2", "*.toml", "*.mako", "*.css"]},
)
