"""Whether a browser returns what is drawn on its canvas."""

from playwright.sync_api import expect

# As browsers do against being recognised: some pixels of what is read back differ a little.
NOISE = """
const honest = HTMLCanvasElement.prototype.toDataURL;
HTMLCanvasElement.prototype.toDataURL = function (...arguments_) {
  const pen = this.getContext("2d");
  const read = pen.getImageData(0, 0, this.width, this.height);
  for (let i = 0; i < read.data.length; i += 400) read.data[i] ^= 1;
  pen.putImageData(read, 0, 0);
  return honest.apply(this, arguments_);
};
"""


def test_an_honest_canvas_gives_back_every_pixel(server, browse):
    page = browse(f"{server.url}/status")
    page.get_by_role("button", name="Check this browser").click()
    expect(page.get_by_text("returns every pixel as it was drawn")).to_be_visible()


def test_a_canvas_with_noise_is_found_out(server, browse):
    page = browse(f"{server.url}/status", script=NOISE)
    page.get_by_role("button", name="Check this browser").click()
    expect(page.get_by_text("changes 1.0 % of the pixels, by at most 1 of 255")).to_be_visible()
