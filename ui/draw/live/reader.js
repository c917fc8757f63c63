// Reading a drawing as mnist_core/inference/reader.py does, or leaving it to the server.

class Reader {
  // model: what ui/draw/live_reading.py sends; networks: the files it names, by their checksums.
  constructor(model, networks) {
    this.model = model;
    this.network = networks[model.network];
    this.judge = networks[model.judge];
  }

  // Read a grey picture. Return null where the server's answer should be waited for.
  read(grey) {
    const found = findInk(grey);
    if (!found || found.isSideBySide) return null;
    const prepared = prepare(found.ink);
    if (!prepared) return null;
    const logits = this.network.logits(prepared.picture);
    const judged = this.judge === this.network ? logits : this.judge.logits(prepared.picture);
    return this.classify(logits, logSumExp(judged), prepared.isDot);
  }

  // Return { verdict, probabilities, digits }: the digits that the answer names.
  classify(logits, digitness, isDot) {
    const { temperature, least_digitness, least_confidence, left_to_the_server } = this.model;
    const scaled = logits.map((logit) => logit / temperature);
    const total = logSumExp(scaled);
    const probabilities = Array.from(scaled, (each) => Math.exp(each - total));
    const [best, second] = [...probabilities.keys()].sort(
      (a, b) => probabilities[b] - probabilities[a]
    );
    if (left_to_the_server.includes(best)) return null;
    if (isDot || digitness < least_digitness) {
      return { verdict: "not a digit", probabilities, digits: [] };
    }
    if (probabilities[best] < least_confidence) {
      return { verdict: "unsure", probabilities, digits: [best, second] };
    }
    return { verdict: "digit", probabilities, digits: [best] };
  }
}

function logSumExp(values) {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

// Return one channel of a picture in red, green, blue and opacity.
function channelOf(rgba, width, height, channel) {
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = rgba[4 * i + channel];
  return { width, height, data };
}
