"""Which installed packages bring components for Streamlit."""

from functools import cache

from streamlit.components.v2 import manifest_scanner


def search_packages_once() -> None:
    """Spare each AppTest its search of all that is installed: most of the time that it takes."""
    if not hasattr(manifest_scanner.scan_component_manifests, "cache_info"):
        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
