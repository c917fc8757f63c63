"""Inkling: draw a digit, and see what a neural network reads and why."""

if __name__ == "__main__":
    from ui.shell.page import open_page

    open_page().run()
else:  # the server imports this file once, at its start
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware

    from ui.server.first_paint import style_first_paint
    from ui.server.live_files import live_files
    from ui.server.server import lifespan, on_unexpected_error, set_up

    set_up()
    first_paint = Middleware(BaseHTTPMiddleware, dispatch=style_first_paint)
    app = st.App(
        __file__,
        lifespan=lifespan,
        routes=[live_files()],
        middleware=[first_paint],
        on_script_error=on_unexpected_error,
    )
