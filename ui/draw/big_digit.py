"""The answer as one giant digit, which is also what a screen reader is told."""

from collections.abc import Sequence

import streamlit as st

HTML = """
<div aria-hidden="true"></div>
<p role="status" aria-live="polite"></p>
"""
CSS = """
div {
  min-width: 0.55em;
  color: var(--st-primary-color);
  font: 700 var(--digit-size, 6rem) / 0.74 var(--st-heading-font);
  font-variant-numeric: lining-nums;
  text-align: center;
  white-space: nowrap;
}

div.pale {
  color: var(--st-text-color);
  opacity: 0.16;
}

/* Two digits take little more room than one. */
div.pair { font-size: calc(var(--digit-size, 6rem) * 0.7); }
div.number { font-size: calc(var(--digit-size, 6rem) * min(0.8, 1.5 / var(--length))); }
span { display: inline-block; }
div.pair span + span { opacity: 0.45; }

@media (prefers-reduced-motion: no-preference) {
  span { animation: appear 0.2s ease-out; }
}

@keyframes appear {
  from { opacity: 0; transform: scale(0.92); }
}

p {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: 0;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
"""
# The paragraph stays and its text changes: a screen reader does not read out a new paragraph.
SCRIPT = """
export default function ({ data, parentElement }) {
  const sign = parentElement.querySelector("[aria-hidden]");
  const showDigits = ({ digits: read, is_number: isNumber }) => {
    const digits = read.length ? read : ["?"];
    const spans = digits.map((digit) => `<span>${digit}</span>`).join("");
    if (sign.innerHTML !== spans) sign.innerHTML = spans; // anew it would appear anew
    sign.className = isNumber ? "number" : ["pale", "", "pair"][read.length];
    sign.style.setProperty("--length", Math.max(digits.length, 2));
  };
  showDigits(data);
  const status = parentElement.querySelector("[role=status]");
  if (status.textContent !== data.spoken) status.textContent = data.spoken;

  // While the pen moves, live/page.js says what is read so far: it is shown, but not spoken.
  parentElement.listening?.abort();
  const listening = (parentElement.listening = new AbortController());
  const showLive = ({ detail }) => showDigits(detail ?? data);
  document.addEventListener("inkling-live", showLive, { signal: listening.signal });
  return () => listening.abort();
}
"""

BIG_DIGIT = st.components.v2.component("inkling_big_digit", html=HTML, css=CSS, js=SCRIPT)


def show_big_digit(digits: Sequence[int], spoken: str, *, is_number: bool = False) -> None:
    """Show what was read, as large as page.css lets it be, and have a screen reader say it.

    Args:
        digits: at most two, the likelier one first; without any, a pale question mark.
            Those of a number, in order.
        spoken: what a screen reader says once it has finished its sentence; "" is nothing.
        is_number: whether the digits are those of a number, and not candidates.
    """
    data = {"digits": list(digits), "spoken": spoken, "is_number": is_number}
    BIG_DIGIT(data=data, key="big_digit", width="content", height="content")
