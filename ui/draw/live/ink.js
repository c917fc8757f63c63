// Finding the ink of a drawing on the canvas, as mnist_core/ink and pictures.py do. A picture is
// { width, height, data }, one byte a pixel. What the server would look at more closely (paper that
// is not even, a frame) is left to it: then there is no ink here.

const LEAST_CONTRAST = 40; // these seven as in mnist_core/ink
const FAINTEST_CONTRAST = 14;
const FAINTEST_INK = 76; // 0.3 of the strongest
const EVEN_PAPER = 12;
const POINT = 0.6;
const APART = 0.5;
const DOT = 1.9;
const SHARED = 0.2; // as in mnist_core/inference/rejection.py

// Return the ink, light on black and cropped, and whether marks stand side by side; or null.
function findInk(grey) {
  const [low, paper, high] = percentiles(edgeOf(grey), [0.1, 0.5, 0.9]);
  if (high - low > EVEN_PAPER) return null;
  const level = rint(paper);
  const whole = { ...grey, data: grey.data.map((value) => Math.max(level - value, 0)) };
  const contrast = strongest(whole);
  if (contrast < Math.min(LEAST_CONTRAST, Math.max(FAINTEST_CONTRAST, 2.5 * (high - low)))) {
    return null;
  }
  const certain = withoutShadow(fullStrength(cropToInk(whole)));
  const { ink, marks } = withoutSpecks(certain);
  if (hasFrame(ink, marks)) return null;
  return { ink: cropToInk(ink), isSideBySide: areSideBySide(marks) };
}

function edgeOf({ width, height, data }) {
  const edge = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let y = 0; y < height; y++) edge.push(data[y * width], data[(y + 1) * width - 1]);
  return edge;
}

function percentiles(values, shares) {
  values.sort((a, b) => a - b);
  return shares.map((share) => {
    const place = share * (values.length - 1);
    const [before, part] = [Math.floor(place), place % 1];
    const after = Math.min(before + 1, values.length - 1);
    return values[before] * (1 - part) + values[after] * part;
  });
}

// The nearest whole number; of two that are equally near, the even one.
function rint(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}

function strongest({ data }) {
  let most = 0;
  for (const value of data) if (value > most) most = value;
  return most;
}

function fullStrength(picture) {
  const factor = Math.fround(255 / Math.max(strongest(picture), 1));
  if (factor === 1) return picture;
  return { ...picture, data: picture.data.map((value) => rint(Math.fround(value * factor))) };
}

// Return the rectangle around all pixels that are not 0.
function boundsOf({ width, height, data }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!data[i]) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cutOut(picture, { left, top, width, height }) {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * picture.width + left;
    data.set(picture.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}

function cropToInk(picture) {
  return cutOut(picture, boundsOf(picture));
}

// Return a picture with room on all sides.
function withMargin({ width, height, data }, margin) {
  const wide = width + 2 * margin;
  const larger = new Uint8Array(wide * (height + 2 * margin));
  for (let y = 0; y < height; y++) {
    larger.set(data.subarray(y * width, (y + 1) * width), (y + margin) * wide + margin);
  }
  return { width: wide, height: height + 2 * margin, data: larger };
}

// Faint pixels count only beside ink: elsewhere they are noise.
function withoutShadow({ width, height, data }) {
  const kept = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] <= FAINTEST_INK) continue;
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          kept[row * width + column] = data[row * width + column];
        }
      }
    }
  }
  return { width, height, data: kept };
}

// Return the ink without marks that are mere dots, and the marks that are left.
function withoutSpecks(picture) {
  const { parts, marks } = findMarks(picture);
  if (marks.length < 2) return { ink: picture, marks };
  const largest = marks.reduce((a, b) => (b.area > a.area ? b : a));
  const inside = picture.data.map((_, i) => (parts[i] === largest.part ? 255 : 0));
  const pen = penWidth(cutOut({ ...picture, data: inside }, largest));
  const isStroke = (mark) => Math.max(mark.width, mark.height) >= DOT * pen;
  const strokes = marks.filter((m) => m === largest || isStroke(m) || isPoint(m, largest, pen));
  const kept = new Set(strokes.map((mark) => mark.part));
  const data = picture.data.map((value, i) => (kept.has(parts[i]) ? value : 0));
  return { ink: { ...picture, data }, marks: strokes };
}

// Whether a mark is a dot as wide as the pen, right above or below the stroke, as in "!".
function isPoint(mark, stroke, pen) {
  const middle = mark.left + mark.width / 2;
  const below = mark.top - (stroke.top + stroke.height);
  const gap = Math.max(below, stroke.top - (mark.top + mark.height));
  const isInLine = middle >= stroke.left - pen && middle <= stroke.left + stroke.width + pen;
  const isLarge = Math.min(mark.width, mark.height) >= POINT * pen;
  return isInLine && isLarge && gap >= APART * pen && gap <= stroke.height;
}

// Return the connected marks, each with its rectangle and area, and to which each pixel belongs.
function findMarks({ width, height, data }) {
  const parts = new Uint16Array(data.length);
  const marks = [];
  const waiting = [];
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || parts[start]) continue;
    const part = marks.length + 1;
    let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
    parts[start] = part;
    waiting.push(start);
    while (waiting.length) {
      const place = waiting.pop();
      const [x, y] = [place % width, Math.floor(place / width)];
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom, area] = [Math.max(right, x), Math.max(bottom, y), area + 1];
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const next = row * width + column;
          if (!data[next] || parts[next]) continue;
          parts[next] = part;
          waiting.push(next);
        }
      }
    }
    marks.push({ part, left, top, width: right - left + 1, height: bottom - top + 1, area });
  }
  return { parts, marks };
}

// The mean width of the strokes in pixels: four times the mean distance to their edge.
function penWidth(picture) {
  const { width, height, data } = withMargin(picture, 1);
  const [STRAIGHT, DIAGONAL] = [0.955, 1.3693]; // of OpenCV's distance transform
  const far = new Float32Array(data.length);
  const pass = (from, to, step) => {
    for (let i = from; i !== to; i += step) {
      if (data[i] <= 127) continue;
      const before = Math.min(far[i - step], far[i - step * width]) + STRAIGHT;
      const aslant = Math.min(far[i - step * (width + 1)], far[i - step * (width - 1)]) + DIAGONAL;
      far[i] = Math.min(step > 0 ? Infinity : far[i], before, aslant);
    }
  };
  pass(width, data.length - width, 1);
  pass(data.length - width - 1, width - 1, -1);
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] <= 127) continue;
    sum += far[i];
    count++;
  }
  return Math.max(1, 4 * ((count ? sum / count : 0) - 0.5));
}

// Whether lines of the largest mark run along at least half of three of its sides, as in a frame.
function hasFrame(ink, marks) {
  const widest = marks.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const shorter = Math.min(widest.width, widest.height);
  if (shorter < 40) return false;
  const { width, height, data } = cutOut(ink, widest);
  const depth = Math.floor(shorter / 40);
  const covered = (length, pixel) => {
    let count = 0;
    for (let i = 0; i < length; i++) {
      let any = false;
      for (let d = 0; d < depth; d++) any ||= data[pixel(i, d)] > 0;
      count += any;
    }
    return count >= length / 2;
  };
  const sides = [
    covered(width, (i, d) => d * width + i),
    covered(width, (i, d) => (height - 1 - d) * width + i),
    covered(height, (i, d) => i * width + d),
    covered(height, (i, d) => i * width + width - 1 - d),
  ];
  return sides.filter(Boolean).length >= 3;
}

// Whether two marks hardly overlap from left to right, as two digits do.
function areSideBySide(marks) {
  return marks.some((a, i) =>
    marks.slice(i + 1).some((b) => {
      const right = Math.min(a.left + a.width, b.left + b.width);
      const shared = right - Math.max(a.left, b.left);
      return shared < SHARED * Math.min(a.width, b.width);
    })
  );
}
