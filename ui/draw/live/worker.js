// Reads beside the page, which goes on drawing meanwhile.
// Takes { model, files } first, then { rgba, width, height } again and again; answers each.

const RED = 0; // of the three colours, the one in which ink and paper differ most
const WARM_UP = 3; // readings, after which the browser has compiled all of this
let reader = null;

self.onmessage = ({ data }) => {
  if (data.model) {
    const networks = {};
    for (const [name, file] of Object.entries(data.files)) networks[name] = new Network(file);
    reader = new Reader(data.model, networks);
    for (let i = 0; i < WARM_UP; i++) reader.read(trial());
    self.postMessage({ isReady: true });
    return;
  }
  const rgba = new Uint8Array(data.rgba);
  self.postMessage({ reading: reader.read(channelOf(rgba, data.width, data.height, RED)) });
};

// A picture of a 1.
function trial() {
  const picture = { width: 280, height: 280, data: new Uint8Array(280 * 280).fill(255) };
  for (let y = 40; y < 240; y++) picture.data.fill(20, y * 280 + 130, y * 280 + 146);
  return picture;
}
