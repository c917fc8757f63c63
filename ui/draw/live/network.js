// A network on Float32Array: reads the file that mnist_core/models/browser_network.py describes.

class Network {
  constructor(file) {
    const length = new DataView(file).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 4, length)));
    const weights = fromHalves(new Uint16Array(file, 4 + length));
    let taken = 0;
    const take = (count) => weights.subarray(taken, (taken += count));
    this.layers = header.layers.map((layer) => LAYERS[layer.kind](layer, take));
    if (taken !== weights.length) throw new Error("The network's file has another length.");
  }

  // The logits of a picture of 28 x 28 grey levels, 0 to 255.
  logits(picture) {
    return this.layers.reduce((values, layer) => layer(values), Float32Array.from(picture));
  }
}

// Each kind of layer: what its weights are, and a function that returns its output.
const LAYERS = {
  scale: ({ factor }) => (values) => values.map((value) => value * factor),

  "unit-mean-square": ({ epsilon }) => (values) => {
    const side = Math.sqrt(values.length);
    const squares = new Float32Array(side);
    values.forEach((value, i) => (squares[i % side] += value * value));
    return values.map((value, i) => value / Math.sqrt(squares[i % side] / side + epsilon));
  },

  affine: ({ width, relu }, take) => {
    const [factors, terms] = [take(width), take(width)];
    return (values) => {
      for (let i = 0, k = 0; i < values.length; i++, k = k + 1 === width ? 0 : k + 1) {
        const value = values[i] * factors[k] + terms[k];
        values[i] = relu && value < 0 ? 0 : value;
      }
      return values;
    };
  },

  pooling: ({ input: [height, width, channels], output }) => (values) => {
    const largest = new Float32Array(output[0] * output[1] * channels);
    let to = 0;
    for (let y = 0; y < output[0]; y++) {
      for (let x = 0; x < output[1]; x++) {
        const right = 2 * x + 1 < width ? channels : 0; // at an odd edge there is none
        const below = 2 * y + 1 < height ? width * channels : 0;
        let from = (2 * y * width + 2 * x) * channels;
        for (let k = 0; k < channels; k++, from++) {
          const above = Math.max(values[from], values[from + right]);
          const under = Math.max(values[from + below], values[from + below + right]);
          largest[to++] = Math.max(above, under);
        }
      }
    }
    return largest;
  },

  convolution: (layer, take) => {
    const { input, output, size, before, relu } = layer;
    const [height, width, channels] = input;
    const [rows, columns, filters] = output;
    const length = size * size * channels;
    const unit = new Neurons(filters, length, take, relu);
    return (values) => {
      const sums = new Float32Array(rows * columns * filters);
      for (let place = 0; place < rows * columns; place++) {
        const [top, left] = [Math.floor(place / columns) - before, (place % columns) - before];
        const first = Math.max(0, -left) * channels; // of a row of the kernel: inside the picture
        const last = Math.min(size, width - left) * channels;
        for (let row = Math.max(0, -top); row < Math.min(size, height - top); row++) {
          const from = ((top + row) * width + left) * channels;
          unit.see(values, from + first, from + last, row * size * channels + first);
        }
        unit.answer(sums, place * filters);
      }
      return sums;
    };
  },

  dense: ({ input, output, relu }, take) => {
    const unit = new Neurons(output, input, take, relu);
    return (values) => {
      const sums = new Float32Array(output);
      unit.see(values, 0, input, 0);
      unit.answer(sums, 0);
      return sums;
    };
  },
};

// Neurons that all see the same numbers. Most numbers in a network are 0, because of ReLU, and these
// are passed over. The others are multiplied with the weights of eight neurons at a time: that is
// how many sums a processor keeps at hand.
class Neurons {
  constructor(count, length, take, relu) {
    const weights = take(count * length);
    this.biases = take(count);
    this.relu = relu;
    this.stride = length * 8;
    this.weights = new Float32Array(Math.ceil(count / 8) * this.stride); // of eight side by side
    for (let n = 0; n < count; n++) {
      const to = Math.floor(n / 8) * this.stride + (n % 8);
      for (let i = 0; i < length; i++) this.weights[to + i * 8] = weights[n * length + i];
    }
    this.numbers = new Float64Array(length); // that are seen and not 0
    this.places = new Int32Array(length); // of their weights
    this.seen = 0;
  }

  // See the values between two places; the weights of the first are those at `place`.
  see(values, from, to, place) {
    const { numbers, places } = this;
    let { seen } = this;
    for (let i = from; i < to; i++) {
      if (values[i] === 0) continue;
      numbers[seen] = values[i];
      places[seen++] = (place + i - from) * 8;
    }
    this.seen = seen;
  }

  // Write what the neurons answer to all that they have seen, and forget it.
  answer(sums, to) {
    for (let n = 0, start = 0; n < this.biases.length; n += 8, start += this.stride) {
      sumEight(this.numbers, this.places, this.seen, this.weights, start);
      for (let i = 0; i < 8 && n + i < this.biases.length; i++) {
        const sum = EIGHT[i] + this.biases[n + i];
        sums[to + n + i] = this.relu && sum < 0 ? 0 : sum;
      }
    }
    this.seen = 0;
  }
}

const EIGHT = new Float64Array(8);

function sumEight(numbers, places, count, weights, start) {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const number = numbers[i];
    const at = start + places[i];
    a += number * weights[at];
    b += number * weights[at + 1];
    c += number * weights[at + 2];
    d += number * weights[at + 3];
    e += number * weights[at + 4];
    f += number * weights[at + 5];
    g += number * weights[at + 6];
    h += number * weights[at + 7];
  }
  EIGHT.set([a, b, c, d, e, f, g, h]);
}

// Numbers of 16 bits (IEEE 754, binary16) as Float32Array.
function fromHalves(halves) {
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const exponent = (halves[i] >> 10) & 31;
    const fraction = (halves[i] & 1023) / 1024;
    const size = exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction;
    numbers[i] = halves[i] & 0x8000 ? -size : size;
  }
  return numbers;
}
