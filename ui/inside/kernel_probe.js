// A pixel of a first map is the sum of products around a pixel of the ink: both can be pointed at,
// with a mouse, a finger, or the arrow keys.

const FOR = [213, 94, 0]; // as in mnist_core/explanation/pictures.py
const AGAINST = [0, 114, 178];
const PAPER = [255, 253, 248];
const INK = [27, 32, 54];

const mix = (colour, share) => PAPER.map((from, i) => from + (colour[i] - from) * share);

// Two places behind the point, and no minus before 0.00.
function signed(value) {
  const digits = Math.abs(value).toFixed(2);
  return value < 0 && Number(digits) ? `−${digits}` : digits;
}

// Draw rows of numbers, one pixel each.
function paint(canvas, rows, colourOf) {
  canvas.height = rows.length;
  canvas.width = rows[0].length;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((value, i) => image.data.set([...colourOf(value), 255], 4 * i));
  context.putImageData(image, 0, 0);
}

// Return the pixels of the ink under a kernel; beyond the edge they are 0.
function patchAt({ seen, kernels, margin }, [x, y]) {
  return kernels[0].map((row, dy) =>
    row.map((_, dx) => seen[y + dy - margin]?.[x + dx - margin] ?? 0),
  );
}

function resultOf(data, n, place) {
  const kernel = data.kernels[n];
  const patch = patchAt(data, place);
  const products = patch.map((row, dy) => row.map((value, dx) => value * kernel[dy][dx]));
  const sum = products.flat().reduce((a, b) => a + b, 0) + data.biases[n];
  return { kernel, patch, products, sum, value: data.rectified ? Math.max(sum, 0) : sum };
}

export default function ({ data, parentElement }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [ink, map] = [find(".ink canvas"), find(".map canvas")];
  const [inkFrame, mapFrame] = [find(".ink i"), find(".map i")];
  const chooser = find("input");
  const state = (parentElement.probe ??= { n: 0, place: null });
  const side = data.seen.length;
  const size = data.kernels[0].length;
  const out = side - (data.margin ? 0 : size - 1);
  state.n = Math.min(state.n, data.kernels.length - 1);
  state.place ??= data.place;
  chooser.max = data.kernels.length;
  chooser.value = state.n + 1;

  const frame = (element, left, top, width, whole) =>
    Object.assign(element.style, {
      left: `${(100 * left) / whole}%`,
      top: `${(100 * top) / whole}%`,
      width: `${(100 * width) / whole}%`,
      height: `${(100 * width) / whole}%`,
    });

  const showPixel = () => {
    const [x, y] = state.place;
    const { kernel, patch, sum, value } = resultOf(data, state.n, state.place);
    frame(inkFrame, x - data.margin, y - data.margin, size, side);
    frame(mapFrame, x, y, 1, out);
    const rows = patch.map((row, dy) => {
      const cells = row.map((v, dx) => {
        const product = v * kernel[dy][dx];
        return `<td>${v.toFixed(2)} × ${signed(kernel[dy][dx])}<b>${signed(product)}</b></td>`;
      });
      return `<tr>${cells.join("")}</tr>`;
    });
    find("table").innerHTML = rows.join("");
    const products = signed(sum - data.biases[state.n]);
    const rectified = data.rectified && sum < 0 ? ", and below 0 it becomes 0" : "";
    find(".sum").textContent =
      `Row ${y + 1}, column ${x + 1}: the products add up to ${products}, with the bias ` +
      `${signed(data.biases[state.n])} to ${signed(sum)}${rectified}.`;
    map.setAttribute("aria-valuemax", out * out - 1);
    map.setAttribute("aria-valuenow", y * out + x);
    map.setAttribute("aria-valuetext", `${signed(value)} in row ${y + 1}, column ${x + 1}`);
  };

  const showMap = () => {
    find("output").textContent = `Kernel ${state.n + 1} of ${data.kernels.length}`;
    const places = [...Array(out).keys()];
    const rows = places.map((y) => places.map((x) => resultOf(data, state.n, [x, y]).value));
    const most = Math.max(...rows.flat().map(Math.abs)) || 1;
    paint(map, rows, (value) => mix(value > 0 ? FOR : AGAINST, Math.abs(value) / most));
    showPixel();
  };

  const move = (x, y) => {
    const within = (value) => Math.min(Math.max(Math.round(value), 0), out - 1);
    state.place = [within(x), within(y)];
    showPixel();
  };
  const point = (offset, whole) => (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) / box.width) * whole,
      ((event.clientY - box.top) / box.height) * whole,
    ];
    move(Math.floor(x) - offset, Math.floor(y) - offset);
  };
  const inside = data.margin ? 0 : (size - 1) / 2;
  ink.onpointermove = ink.onpointerdown = point(inside, side);
  map.onpointermove = map.onpointerdown = point(0, out);
  map.onkeydown = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!(event.key in step)) return;
    event.preventDefault();
    move(state.place[0] + step[event.key][0], state.place[1] + step[event.key][1]);
  };
  chooser.oninput = () => {
    state.n = Number(chooser.value) - 1;
    showMap();
  };
  paint(ink, data.seen, (value) => mix(INK, value));
  showMap();
}
