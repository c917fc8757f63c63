// How a live reading is put into words, as ui/base/wording.py does.

function percent(probability) {
  if (probability > 0.999) return ">99.9 %";
  if (probability < 0.001) return "<0.1 %";
  return `${(100 * probability).toFixed(1)} %`;
}

function sureness(confidence) {
  if (confidence >= 0.99) return "Almost certain";
  if (confidence >= 0.9) return "Quite sure";
  return confidence >= 0.7 ? "Fairly sure" : "A guess";
}

// Return the headline of a reading, and the line below it.
function inWords({ verdict, probabilities, digits: [best, second] }) {
  if (verdict === "digit") {
    const confidence = probabilities[best];
    return [`I read ${best}`, `${sureness(confidence)} · ${percent(confidence)}`];
  }
  if (verdict === "unsure") {
    const chances = `${percent(probabilities[best])} against ${percent(probabilities[second])}`;
    return [`${best} or ${second}?`, `A close call · ${chances}`];
  }
  return ["No digit yet", "Go on drawing"];
}
