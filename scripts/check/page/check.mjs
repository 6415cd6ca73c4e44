// Looks at report pages in a real browser, wide and narrow, light and dark: no console message, no request but the page itself,
// no serious finding of axe, every chart drawn, nothing wider than the window; then sorting, themes, languages and the keyboard.
// Keeps a screenshot of each. An address of `report --serve` among them is looked at likewise, and asked for a user, an item and a
// user that there is not.
//
//   scripts/check/page/check OUT_DIR [USER@ITEM@http://127.0.0.1:PORT/] PAGE.html…
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [out, ...given] = process.argv.slice(2);
const served = given.filter((it) => it.includes("@http://")).map((it) => it.split("@"));
const pages = given.filter((it) => !it.includes("@http://"));
if (!out || given.length === 0) {
  console.error("usage: check OUT_DIR [USER@ITEM@http://127.0.0.1:PORT/] PAGE.html…");
  process.exit(1);
}
mkdirSync(out, { recursive: true });
const problems = [];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });

const isPage = (file) => !file.startsWith("http://");

async function open(file, scheme, width) {
  // The page's policy lets no foreign script run, so axe comes in past it.
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, reducedMotion: "reduce", bypassCSP: false });
  const page = await context.newPage();
  page.setDefaultTimeout(180_000); // machines are busy
  const name = `${isPage(file) ? basename(file, ".html") : "releases"}-${scheme}-${width}`;
  page.on("console", (message) => problems.push(`${name}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: error: ${error.message}`));
  const url = isPage(file) ? pathToFileURL(resolve(file)).href : file;
  page.on("request", (request) => {
    const own = isPage(file) ? request.url() === url : request.url().startsWith(url);
    if (!own && !request.url().startsWith("data:")) problems.push(`${name}: request: ${request.url()}`);
  });
  await page.goto(url);
  const expect = (holds, what) => { if (!holds) problems.push(`${name}: ${what}`); };
  return { context, page, name, expect };
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

/** What axe finds: a problem if serious, else a line. */
async function access(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const it of found.violations) {
    const line = `${name}: axe ${it.impact}: ${it.id}: ${it.nodes.length} × ${it.nodes[0].target} ${it.nodes[0].failureSummary?.split("\n")[1]?.trim()}`;
    if (it.impact === "serious" || it.impact === "critical") problems.push(line);
    else console.log(line);
  }
}

for (const file of [...served.map((it) => it[2]), ...pages]) {
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
      await access(page, name);
      await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
      await context.close();
    }
  }
}

// What people look up.
for (const [user, item, address] of served) {
  const { context, page, name, expect } = await open(address, "light", 1280);
  const releases = await page.locator("#nights tbody tr").count();
  expect(releases > 0, "there are releases");
  const ask = async (field, id) => {
    await page.locator(`#${field}`).fill(id);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get(field) === id);
    await scroll(page);
    return page.locator("article.list");
  };
  const lists = await ask("user", user);
  expect((await lists.count()) > 0, "a user's id gives a list of each release");
  expect((await lists.first().locator("li").count()) > 0, "which has items");
  expect((await lists.first().locator(".said:visible, .why:visible").count()) > 0, "and reasons");
  expect((await page.locator("#user").inputValue()) === user, "the id stays in the field");
  await page.screenshot({ path: `${out}/${name}-user.png`, fullPage: true });
  const alike = await ask("item", item);
  expect((await alike.first().locator("li").count()) > 0, "an item's id gives similar items");
  await page.screenshot({ path: `${out}/${name}-item.png`, fullPage: true });
  const hostile = `<img src=x onerror=alert(1)>"'&`;
  const none = await ask("user", hostile);
  expect((await none.first().locator("li").count()) === 0, "a user that there is not has no items");
  expect((await page.locator("#look-up img").count()) === 0, "what is typed stays text");
  await page.locator("#nights a").first().click();
  await page.waitForURL(/report[.]html$/);
  expect((await page.locator("#lists").count()) === 1, "a release's name leads to its page");
  await page.goBack();
  await access(page, `${name} after a look-up`);
  await context.close();
}

if (pages.length > 0) {
  await use(pages[0]);
}
await browser.close();

problems.forEach((problem) => console.error(problem));
console.log(problems.length === 0 ? `${given.length} pages are sound; screenshots in ${out}` : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

/** What people do on a page. */
async function use(file) {
  const { context, page, expect } = await open(file, "light", 1280);
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
}
