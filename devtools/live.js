// Reads pictures that lie in a folder, with the scripts that go before this one.
// model.json: what the page is told; NAME: networks; pictures: one byte a pixel, 280 x 280 each;
// prepared: 28 x 28 each, for the network alone. Prints JSON: { readings, logits }.
const { readFileSync } = require("fs");
const { join } = require("path");

const folder = process.argv.at(-1);
const bytes = (name) => Uint8Array.from(readFileSync(join(folder, name)));
const each = (data, size) =>
  Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));

const model = JSON.parse(readFileSync(join(folder, "model.json")));
const networks = {};
for (const name of [model.network, model.judge]) networks[name] = new Network(bytes(name).buffer);
const reader = new Reader(model, networks);
const read = (data) => {
  const reading = reader.read({ width: 280, height: 280, data });
  return reading && { ...reading, words: inWords(reading) };
};
const readings = each(bytes("pictures"), 280 * 280).map(read);
const logits = each(bytes("prepared"), 28 * 28).map((data) =>
  Array.from(reader.network.logits(data))
);
process.stdout.write(JSON.stringify({ readings, logits }));
