"""A photograph of a page with a box around each digit, which can be pressed."""

from dataclasses import dataclass

import streamlit as st
from PIL import Image

from mnist_core.inference.pages import Page
from mnist_core.pictures import Picture
from mnist_core.segmentation.boxes import Box
from ui.base.wording import counted
from ui.components.pictures import photograph_url

SHOWN_SIDE = 1400  # pixels, the longer side of the picture that is sent

HTML = '<figure><img alt=""><div class="layer"></div></figure>'
CSS = """
figure { position: relative; margin: 0; }
img { display: block; width: 100%; border-radius: 0.5rem; }
button, span {
  position: absolute;
  padding: 0;
  background: none;
  border: 2px solid #15803d;
  border-radius: 4px;
  cursor: pointer;
}
button::before {
  content: attr(data-digit);
  position: absolute;
  inset: auto auto 100% -2px;
  padding: 0 0.25em;
  color: #fff;
  background: #15803d;
  border-radius: 4px 4px 0 0;
  font: 700 0.8rem/1.25 var(--st-font);
}
button.doubtful { border-color: #b45309; }
button.doubtful::before { background: #b45309; }
button.corrected { border-color: #2f4aa8; }
button.corrected::before { background: #2f4aa8; }
button[aria-pressed=true], button:hover, button:focus-visible { box-shadow: 0 0 0 3px #2f4aa888; }
span { border: 2px dashed #888; cursor: default; }
"""
SCRIPT = """
export default function ({ data, parentElement, setTriggerValue }) {
  const img = parentElement.querySelector("img");
  const layer = parentElement.querySelector(".layer");
  if (img.src !== data.url) img.src = data.url;
  img.alt = data.alt;
  const place = (element, box) => {
    const [left, top, width, height] = box;
    Object.assign(element.style, {
      left: left + "%", top: top + "%", width: width + "%", height: height + "%",
    });
    return element;
  };
  layer.replaceChildren(
    ...data.left_out.map((box) => place(document.createElement("span"), box)),
    ...data.digits.map((digit, i) => {
      const button = place(document.createElement("button"), digit.box);
      button.className = digit.kind;
      button.dataset.digit = digit.text;
      button.ariaLabel = digit.label;
      button.ariaPressed = String(i === data.picked);
      button.onclick = () => setTriggerValue("picked", i);
      return button;
    }),
  );
}
"""

PHOTOGRAPH = st.components.v2.component("inkling_photograph", html=HTML, css=CSS, js=SCRIPT)

DOUBTFUL = 0.9  # confidence below which a digit is marked


@dataclass(frozen=True)
class ShownDigit:
    """A digit as it is shown.

    Attributes:
        box: in pixels of the page's picture.
        text: what it says now.
        label: what a screen reader says.
        kind: "", "doubtful" or "corrected".
    """

    box: Box
    text: str
    label: str
    kind: str


def show_photograph(page: Page, digits: list[ShownDigit], picked: int | None) -> int | None:
    """Show the page with its boxes; return the digit that has just been pressed, or None."""
    height, width = page.picture.shape[:2]
    data = {
        "url": picture_of(page.picture),
        "alt": f"The page, with {counted(len(digits), 'digit')} that were read",
        "digits": [
            {
                "box": shares(digit.box, width, height),
                "text": digit.text,
                "label": digit.label,
                "kind": digit.kind,
            }
            for digit in digits
        ],
        "left_out": [shares(mark.box, width, height) for mark in page.left_out],
        "picked": picked,
    }
    result = PHOTOGRAPH(data=data, key="page_photograph", on_picked_change=lambda: None)
    return None if result.picked is None else int(result.picked)


def shares(box: Box, width: int, height: int) -> list[float]:
    """Return left, top, width and height in percent of the picture."""
    sides = (box.left / width, box.top / height, box.width / width, box.height / height)
    return [round(100 * side, 2) for side in sides]


@st.cache_data(show_spinner=False, max_entries=2)
def picture_of(picture: Picture) -> str:
    """Return a page as the URL of a JPEG, which contains the picture itself."""
    image = Image.fromarray(picture)
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return photograph_url(image)
