// Draws a 7 in Firefox and prints as JSON what was read meanwhile, the answer, and any error.
// node draw.mjs URL FIREFOX
import puppeteer from "puppeteer-core";

const [url, executablePath] = process.argv.slice(2);
const SEVEN = [[0.25, 0.2], [0.67, 0.2], [0.4, 0.8]]; // shares of the paper

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  defaultViewport: null, // Firefox knows no command that would set it
  args: ["--width=1280", "--height=900"],
});
const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.on("console", (said) => said.type() === "error" && errors.push(said.text()));
const fetched = page.waitForResponse((answer) => /\/live\/.*\.js$/.test(answer.url()));
await page.goto(url);
await fetched;
await new Promise((resolve) => setTimeout(resolve, 2000)); // the worker compiles
await page.evaluate(() => {
  window.readings = [];
  document.addEventListener("inkling-live", ({ detail }) => {
    if (detail) window.readings.push(detail.digits.join(" or "));
  });
});
const box = await (await page.$(".st-key-canvas")).boundingBox();
const points = SEVEN.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
await page.mouse.move(...points[0]);
await page.mouse.down();
for (const point of points.slice(1)) await page.mouse.move(...point, { steps: 30 });
const LIVE = ".st-key-answer > .live h2";
await page.waitForFunction(
  (live) => document.querySelector(live)?.textContent.startsWith("I read"),
  {},
  LIVE
);
const readings = await page.evaluate(() => window.readings);
const live = await page.$eval(LIVE, (heading) => heading.textContent);
await page.mouse.up();
await page.waitForFunction(() => !document.querySelector(".st-key-answer > .live"));
const answer = await page.$eval(".st-key-answer h2", (heading) => heading.textContent);
await browser.close();
console.log(JSON.stringify({ readings, live, answer, errors }));
