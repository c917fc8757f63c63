"""Where Streamlit believes that it listens."""


def listen_on(address: str) -> None:
    """Let Streamlit believe that it listens on an address."""
    from streamlit import config  # the library's own tests need no Streamlit

    config.set_option("server.address", address)
