"""What a check prints: a line for each thing that it has seen."""


def tell(what: str, found: str) -> None:
    """Print a line of a check's report."""
    print(f"{what:<22} {found}", flush=True)
