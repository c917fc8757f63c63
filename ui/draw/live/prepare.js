// From ink to MNIST's format, as mnist_core/preprocessing.py does with OpenCV.

const FIELD = 28; // these four as there
const BOX = 20;
const FINE = 80;
const THINNEST_PEN = 1.5;

// Return the 28 x 28 pixels that the network sees, and whether the ink is a mere dot; or null where
// the ink is too small to be scaled down.
function prepare(ink) {
  if (Math.max(ink.width, ink.height) < BOX) return null;
  const box = fitBox(thicken(ink));
  return { picture: centreByMass(box), isDot: isDot(box) };
}

function isDot(box) {
  const dark = { ...box, data: box.data.map((value) => (value > 127 ? 255 : 0)) };
  const solid = cropToInk(dark);
  return Math.max(solid.width, solid.height) < DOT * penWidth(solid);
}

// Thin strokes are made wide enough to survive scaling.
function thicken(ink) {
  const longer = Math.max(ink.width, ink.height);
  if (longer <= FINE) return ink;
  const missing = rint(FINE * (THINNEST_PEN / BOX - penWidth(ink) / longer));
  if (missing < 1) return ink;
  return cropToInk(dilate(withMargin(shrink(ink, FINE), missing), 1 + missing));
}

function fitBox(ink) {
  return fullStrength(shrink(ink, BOX));
}

// Return the picture with its longer side at most `longest` pixels.
function shrink(picture, longest) {
  const scale = longest / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const [width, height] = [picture.width, picture.height].map((side) =>
    Math.max(1, rint(side * scale))
  );
  const columns = shares(picture.width, width);
  const rows = shares(picture.height, height);
  const narrow = new Float64Array(width * picture.height);
  for (let y = 0; y < picture.height; y++) {
    for (const { from, to, weight } of columns) {
      narrow[y * width + to] += picture.data[y * picture.width + from] * weight;
    }
  }
  const sums = new Float64Array(width * height);
  for (const { from, to, weight } of rows) {
    for (let x = 0; x < width; x++) sums[to * width + x] += narrow[from * width + x] * weight;
  }
  return { width, height, data: Uint8Array.from(sums, (value) => rint(Math.fround(value))) };
}

// Return which share of each old pixel goes into which new one, along one side.
function shares(before, after) {
  const scale = before / after;
  const found = [];
  for (let to = 0; to < after; to++) {
    const [start, end] = [to * scale, Math.min((to + 1) * scale, before)];
    for (let from = Math.floor(start); from < end; from++) {
      const part = Math.min(from + 1, end) - Math.max(from, start);
      if (part > 1e-3) found.push({ from, to, weight: part / (end - start) });
    }
  }
  return found;
}

// Widen what is light by an ellipse of so many pixels.
function dilate({ width, height, data }, size) {
  const widened = new Uint8Array(data.length);
  for (const [right, down] of ellipse(size)) {
    for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
      for (let x = Math.max(0, -right); x < Math.min(width, width - right); x++) {
        const value = data[(y + down) * width + x + right];
        if (value > widened[y * width + x]) widened[y * width + x] = value;
      }
    }
  }
  return { width, height, data: widened };
}

// Return the places of OpenCV's ellipse, seen from its middle.
function ellipse(size) {
  const middle = Math.floor(size / 2);
  const places = [];
  for (let y = 0; y < size; y++) {
    const down = y - middle;
    const reach = rint(middle * Math.sqrt(Math.max(middle ** 2 - down ** 2, 0) / middle ** 2));
    for (let x = Math.max(middle - reach, 0); x < Math.min(middle + reach + 1, size); x++) {
      places.push([x - middle, down]);
    }
  }
  return places;
}

// Return 28 x 28 pixels with the box's centre of mass as close to the middle as fits.
function centreByMass({ width, height, data }) {
  let [mass, across, down] = [0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      mass += data[i];
      across += data[i] * x;
      down += data[i] * y;
    }
  }
  const corner = (moment, side) =>
    Math.min(Math.max(rint(FIELD / 2 - moment / mass), 0), FIELD - side);
  const [left, top] = [corner(across, width), corner(down, height)];
  const field = new Uint8Array(FIELD * FIELD);
  for (let y = 0; y < height; y++) {
    field.set(data.subarray(y * width, (y + 1) * width), (top + y) * FIELD + left);
  }
  return field;
}
