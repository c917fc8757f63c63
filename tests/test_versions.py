"""Versions of libraries: those that are installed, and no others."""

import numpy as np

from mnist_core.versions import LIBRARIES, installed_versions


def test_installed_versions_are_those_of_the_libraries():
    assert installed_versions()["numpy"] == np.__version__
    assert set(installed_versions()) <= set(LIBRARIES)


def test_a_library_that_is_not_installed_is_left_out():
    assert list(installed_versions(["no-such-library", "numpy"])) == ["numpy"]
