"""Where Streamlit believes that it listens."""

from streamlit import config


def listen_on(address: str) -> None:
    """Let Streamlit believe that it listens on an address."""
    config.set_option("server.address", address)
