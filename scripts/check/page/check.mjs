// Looks at report pages in a real browser, wide and narrow, light and dark: no console message, no request but the page itself,
// no serious finding of axe, every chart drawn, nothing wider than the window; then sorting, themes, languages and the keyboard.
// Keeps a screenshot of each.
//
//   scripts/check/page/check OUT_DIR PAGE.html…
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [out, ...pages] = process.argv.slice(2);
if (!out || pages.length === 0) {
  console.error("usage: check OUT_DIR PAGE.html…");
  process.exit(1);
}
mkdirSync(out, { recursive: true });
const problems = [];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });

async function open(file, scheme, width) {
  // The page's policy lets no foreign script run, so axe comes in past it.
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, reducedMotion: "reduce", bypassCSP: false });
  const page = await context.newPage();
  const name = `${basename(file, ".html")}-${scheme}-${width}`;
  page.on("console", (message) => problems.push(`${name}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: error: ${error.message}`));
  const url = pathToFileURL(resolve(file)).href;
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) problems.push(`${name}: request: ${request.url()}`);
  });
  await page.goto(url);
  return { context, page, name };
}

/** From top to bottom, so that everything that waits to be seen is drawn. */
async function scroll(page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let at = 0; at <= height; at += 600) {
    await page.evaluate((y) => scrollTo({ top: y, behavior: "instant" }), at);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
}

for (const file of pages) {
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const { context, page, name } = await open(file, scheme, width);
      await scroll(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 1) problems.push(`${name}: ${wide} px wider than the window`);
      const undrawn = await page.evaluate(() => [...document.querySelectorAll("figure[data-chart]")]
        .filter((figure) => figure.querySelector(".canvas").clientWidth > 0 && !figure.querySelector("svg"))
        .map((figure) => figure.querySelector("table").id));
      if (undrawn.length) problems.push(`${name}: not drawn: ${undrawn}`);
      const ids = await page.evaluate(() => {
        const all = [...document.querySelectorAll("[id]")].map((it) => it.id);
        return all.filter((id, at) => all.indexOf(id) !== at);
      });
      if (ids.length) problems.push(`${name}: ids that occur twice: ${ids}`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const it of found.violations) {
        const line = `${name}: axe ${it.impact}: ${it.id}: ${it.nodes.length} × ${it.nodes[0].target} ${it.nodes[0].failureSummary?.split("\n")[1]?.trim()}`;
        if (it.impact === "serious" || it.impact === "critical") problems.push(line);
        else console.log(line);
      }
      await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
      await context.close();
    }
  }
}

// What people do, on the first page.
const { context, page, name } = await open(pages[0], "light", 1280);
const expect = (holds, what) => { if (!holds) problems.push(`${name}: ${what}`); };

const sortable = page.locator("table.sortable:visible").filter({ has: page.locator("tbody tr:nth-child(2)") }).first();
if (await sortable.count()) {
  const head = sortable.locator("thead th.number").first();
  const column = await head.evaluate((it) => it.cellIndex);
  const values = () => sortable.locator(`tbody tr > :nth-child(${column + 1})`).evaluateAll((cells) => cells.map((it) => Number(it.dataset.v)));
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  const down = (await values()).filter((value) => !Number.isNaN(value));
  expect(down.every((value, at) => at === 0 || down[at - 1] >= value), "a first press on a number's heading sorts downwards");
  await page.keyboard.press("Enter");
  const up = (await values()).filter((value) => !Number.isNaN(value));
  expect(up.every((value, at) => at === 0 || up[at - 1] <= value), "a second one upwards");
  expect((await head.getAttribute("aria-sort")) === "ascending", "the heading says so");
}

await page.locator("#theme").focus();
await page.keyboard.press("Enter");
await page.keyboard.press("Enter");
expect((await page.evaluate(() => document.documentElement.dataset.theme)) === "dark", "the theme button gives dark at the second press");

const language = page.locator("#language-choice");
if (await language.count()) {
  await language.selectOption("de");
  expect((await page.locator('.said[lang="en"]:visible').count()) === 0, "no English reason is left in German");
  expect((await page.locator('.said[lang="de"]:visible').count()) > 0, "German reasons are shown");
}

for (const picker of await page.locator(".picker select").all()) {
  await picker.selectOption({ index: 1 });
  expect((await picker.locator("xpath=ancestor::*[contains(@class,'picker')]").locator("figure:visible").count()) === 1, "a picker shows one picture");
}

await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
await page.locator("body").press("Tab");
expect((await page.evaluate(() => document.activeElement.className)) !== undefined, "something takes the focus");
const summary = page.locator("details > summary").first();
await summary.focus();
await page.keyboard.press("Enter");
expect(await summary.evaluate((it) => it.parentElement.open), "a key opens what is folded away");
await context.close();
await browser.close();

problems.forEach((problem) => console.error(problem));
console.log(problems.length === 0 ? `${pages.length} pages are sound; screenshots in ${out}` : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
