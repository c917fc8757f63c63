"""The baseline: a bare Streamlit page with the same canvas that reads nothing."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

canvas = st_canvas(
    stroke_width=16,
    stroke_color="#1b2036",
    background_color="#ffffff",
    height=280,
    width=280,
    return_image_data=True,
    key="canvas",
)
drawn = canvas.image_data is not None and canvas.image_data[..., :3].min() < 128
st.header("I read nothing" if drawn else "Draw a digit")
