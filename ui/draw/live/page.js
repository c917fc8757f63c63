// Live reading: watches the paper while the pen moves, and shows what is read so far. The answer of
// the server takes its place, which no screen reader hears of: only the server's is spoken.

const EVERY = 50; // milliseconds from one look at the paper to the next, at least
const FIRST_INK = 20; // pixels of the paper that the pen has to move before the first one
const TOO_SLOW = 500; // milliseconds for a reading: the server is as fast then
const PATIENCE = 3; // after so many in a row, this browser waits for the server instead
const LEAST_LABELLED = 0.01; // as in ui/components/bars.py

let data; // what the server sent last
let worker = null; // one for as long as the page is open
let loaded = ""; // what it reads with
let isReady = false;
let isOff = false;
let stroke = null; // while the pen is down: the canvases, and how far it has moved
let isOpen = false; // whether the server has not answered yet what was drawn
let isBusy = false;
let isDue = false;
let slowInARow = 0;
let timer = 0;
const serversBars = new WeakMap(); // the HTML of bars that live readings have moved

export default function (component) {
  data = component.data;
  if (!stroke) {
    isOpen = false;
    showServersAnswer();
  }
  const { parentElement } = component;
  if (!parentElement.watching) {
    parentElement.watching = new AbortController();
    watch(parentElement.watching.signal);
    (window.requestIdleCallback ?? setTimeout)(load);
  }
  return () => {
    parentElement.watching.abort();
    parentElement.watching = null;
    endStroke();
    isOpen = false;
    showServersAnswer();
  };
}

function watch(signal) {
  const options = { signal, capture: true, passive: true };
  document.addEventListener("pointerdown", beginStroke, options);
  document.addEventListener("pointermove", follow, options);
  document.addEventListener("pointerup", endStroke, options);
  document.addEventListener("pointercancel", endStroke, options);
}

// Fetch the network and start the worker, once.
async function load() {
  const wanted = data.model && JSON.stringify(data.model);
  if (isOff || !wanted || wanted === loaded || navigator.connection?.saveData) return;
  loaded = wanted;
  isReady = false;
  try {
    const base = new URL("../../", document.querySelector('script[src*="static/js/"]').src);
    const names = [...new Set([data.model.network, data.model.judge])];
    const files = await Promise.all(names.map((name) => fetchFile(new URL(`live/${name}`, base))));
    if (loaded !== wanted || files.includes(null)) return;
    worker ??= startWorker(new URL(`live/${data.worker}`, base));
    const named = Object.fromEntries(names.map((name, i) => [name, files[i]]));
    worker.postMessage({ model: JSON.parse(wanted), files: named }, files);
  } catch {
    isOff = true; // the page is as without live reading
  }
}

async function fetchFile(url) {
  const answer = await fetch(url, { priority: "low" });
  const isNetwork = answer.headers.get("content-type") === "application/octet-stream";
  return isNetwork ? answer.arrayBuffer() : null;
}

function startWorker(url) {
  const started = new Worker(url);
  started.onerror = (event) => {
    event.preventDefault();
    isOff = true;
    endStroke();
  };
  started.onmessage = ({ data: answer }) => {
    if (answer.isReady) isReady = true;
    else takeReading(answer.reading);
  };
  return started;
}

function beginStroke(event) {
  const [canvas] = event.composedPath();
  if (!canvas.classList?.contains("upper-canvas")) return;
  const isPaper = event.composedPath().some((each) => each.classList?.contains("st-key-paper"));
  if (!isPaper || !event.isPrimary || isOff) return;
  load();
  const lower = canvas.parentElement.querySelector(".lower-canvas");
  if (lower.width !== lower.height) return; // a wide paper is for numbers
  endStroke();
  isOpen = true;
  const scale = lower.width / canvas.getBoundingClientRect().width; // asked for once: it takes time
  stroke = { canvas, lower, scale, way: 0, x: event.clientX, y: event.clientY, hasMoved: false };
}

function follow(event) {
  if (!stroke || !event.isPrimary) return;
  stroke.way += stroke.scale * Math.hypot(event.clientX - stroke.x, event.clientY - stroke.y);
  [stroke.x, stroke.y, stroke.hasMoved] = [event.clientX, event.clientY, true];
  if (stroke.way >= FIRST_INK && !timer) {
    timer = setInterval(look, EVERY);
    setTimeout(look); // the canvas draws this point first
  }
}

function endStroke(event) {
  if (event && !event.isPrimary) return; // a second finger, or the palm
  clearInterval(timer);
  timer = 0;
  stroke = null;
  isDue = false;
}

// Send the worker the paper as it is, unless nothing has changed.
function look() {
  if (!stroke?.hasMoved || !isReady || isOff) return;
  isDue = isBusy;
  if (isBusy) return;
  const { width, height } = stroke.lower;
  const sheet = sheetOf(width, height);
  sheet.drawImage(stroke.lower, 0, 0);
  sheet.drawImage(stroke.canvas, 0, 0, width, height);
  const rgba = sheet.getImageData(0, 0, width, height).data.buffer;
  stroke.hasMoved = false;
  isBusy = performance.now();
  worker.postMessage({ rgba, width, height }, [rgba]);
}

let sheet = null;

function sheetOf(width, height) {
  if (sheet?.canvas.width !== width || sheet.canvas.height !== height) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    sheet = canvas.getContext("2d", { willReadFrequently: true });
  }
  return sheet;
}

function takeReading(reading) {
  slowInARow = performance.now() - isBusy > TOO_SLOW ? slowInARow + 1 : 0;
  isOff ||= slowInARow >= PATIENCE;
  isBusy = false;
  if (isOpen && reading && !data.is_number) showReading(reading);
  else showServersAnswer();
  if (isDue) look();
}

function showReading(reading) {
  const [text, line] = inWords(reading);
  showText(text, line);
  document.dispatchEvent(new CustomEvent("inkling-live", { detail: reading }));
  const bars = document.querySelector(".st-key-chart .likelihood");
  if (!bars) return;
  if (!serversBars.has(bars)) serversBars.set(bars, bars.innerHTML);
  const isLabelled = reading.verdict !== "not a digit";
  [...bars.children].forEach((bar, digit) => {
    const probability = reading.probabilities[digit];
    bar.style.setProperty("--p", probability);
    bar.classList.toggle("named", reading.digits.includes(digit));
    const label = bar.querySelector("span");
    label.textContent = isLabelled && probability >= LEAST_LABELLED ? percent(probability) : "";
  });
}

// Lay a copy of the answer's text over it: the text itself is Streamlit's, and is spoken.
function showText(text, line) {
  const answer = document.querySelector(".st-key-answer");
  let copy = answer?.querySelector(":scope > .live");
  if (!copy) {
    const original = answer?.children[1];
    if (!original) return;
    copy = original.cloneNode(true);
    copy.classList.add("live");
    copy.setAttribute("aria-hidden", "true");
    copy.querySelectorAll("button").forEach((button) => button.remove());
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      each.removeAttribute("id");
      each.removeAttribute("data-testid");
    }
    for (const each of copy.querySelectorAll("h2, p")) each.textContent = " ";
    answer.append(copy);
    answer.dataset.live = "";
  }
  write(copy.querySelector("h2"), text);
  write(copy.querySelector("p"), line);
}

// Change a text in its place: a new node would have the page's styles found anew.
function write(element, text) {
  if (element && element.firstChild.data !== text) element.firstChild.data = text;
}

function showServersAnswer() {
  const answer = document.querySelector(".st-key-answer");
  answer?.querySelector(":scope > .live")?.remove();
  answer?.removeAttribute("data-live");
  document.dispatchEvent(new CustomEvent("inkling-live", { detail: null }));
  const bars = document.querySelector(".st-key-chart .likelihood");
  if (!serversBars.has(bars)) return; // the server has sent other ones
  bars.innerHTML = serversBars.get(bars);
  serversBars.delete(bars);
}
