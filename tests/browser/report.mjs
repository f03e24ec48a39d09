// Looks at the page of a report in Chromium, as its readers do. Prints each thing it
// looks at; the first that is wrong ends it with status 1.
//
//   node report.mjs page FILE.html      a page of results/reference
//   node report.mjs hostile FILE.html   a page of a run that `hostile` has made
//   node report.mjs shot FILE.html OUT  no test: a picture for docs/GALLERY.md
//
// CHROMIUM is the program, else Debian's.
import assert from "node:assert/strict";
import {pathToFileURL} from "node:url";
import axe from "axe-core";
import {chromium} from "playwright-core";

const [what, file] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	timeout: 0, // a busy machine takes its time; CTest has a limit
	// Chromium's sandbox does not work for root, nor in most containers.
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const page = await browser.newPage({viewport: {width: 1600, height: 900}});
page.setDefaultTimeout(0);
const faults = [];

page.on("console", message => faults.push(`console: ${message.text()}`));
page.on("pageerror", error => faults.push(`error: ${error.message}`));
page.on("dialog", dialog => faults.push(`dialog: ${dialog.message()}`));
page.on("request", request => {
	if (request.url() !== pathToFileURL(file).href)
		faults.push(`request: ${request.url()}`);
});
await page.goto(pathToFileURL(file).href);

const look = async (at, body) => {
	console.log(at);
	await body();
	assert.deepEqual(faults, []);
};

const column = n => page.$$eval("table.sortable >> nth=0", ([table], i) =>
	[...table.tBodies[0].rows].filter(row => !row.hidden)
		.map(row => row.cells[i].textContent), n);
const fits = async () => assert.ok(await page.evaluate(() =>
	document.documentElement.scrollWidth <= innerWidth));

// axe-core finds nothing serious. Pictures are images, whose text is not the page's.
const isAccessible = async () => {
	await page.evaluate(axe.source);
	const serious = await page.evaluate(async () =>
		(await axe.run({exclude: [[".picture svg"]]})).violations
			.filter(found => ["serious", "critical"].includes(found.impact))
			.map(found => `${found.id}: ${found.nodes[0].html}`));

	assert.deepEqual(serious, []);
};

const checks = {
	async page() {
		await look("a head sorts, by the pointer and by a key", async () => {
			const button = page.getByRole("button", {name: "CPU, ms"});

			await button.click();
			const up = (await column(7)).map(Number);
			assert.deepEqual(up, up.toSorted((a, b) => a - b));
			await button.focus();
			await page.keyboard.press("Enter");
			const down = (await column(7)).map(Number);
			assert.deepEqual(down, up.toSorted((a, b) => b - a));
			await page.getByRole("button", {name: "#"}).click();
			const ranks = await column(0);
			assert.equal(ranks[0], "1");
			assert.equal(ranks.at(-1), "-");
		});
		await look("a word filters", async () => {
			const all = (await column(1)).length;
			const field = page.getByRole("searchbox");

			await field.fill("pthread @3");
			assert.deepEqual(await column(1), ["pthread-as-completed@3"]);
			assert.equal(await page.locator(".filter output").textContent(),
				`1 of ${all} rows`);
			await field.fill("");
			assert.equal((await column(1)).length, all);
		});
		await look("a point says its value", async () => {
			const value = page.locator("#value");
			const picture = page.locator(".picture").first();

			await picture.locator(".value").first().hover({force: true});
			assert.match(await value.textContent(),
				/^pipelining@20: total 52\.5 ms \[/);
			await page.mouse.move(5, 5);
			assert.ok(await value.isHidden());
			await picture.focus();
			await page.keyboard.press("ArrowDown");
			await page.keyboard.press("ArrowDown");
			assert.match(await value.textContent(), /^http2@20: /);
			await page.keyboard.press("Escape");
			assert.ok(await value.isHidden());
		});
		await look("the requests of any trial are drawn", async () => {
			const [cell, trial] = await page.locator(".requests select").all();

			assert.equal(await trial.locator("option").count(), 20);
			await cell.selectOption("sequential@1");
			await trial.selectOption({index: 7});
			await page.locator(".chart").focus();
			await page.keyboard.press("ArrowRight");
			await page.keyboard.press("ArrowRight");
			assert.match(await page.locator(".said").textContent(),
				/^item 1 \(.+\), worker 0: starts at \d+\.\d+ ms, first byte/);
			assert.equal(await page.locator(".requests canvas").count(), 1);
			const ink = await page.locator(".requests canvas").evaluate(canvas =>
				canvas.getContext("2d").getImageData(canvas.width / 2, 0, 1,
					canvas.height).data.some(byte => byte));
			assert.ok(ink);
		});
		await look("each link leads to its part", async () => {
			for (const link of await page.locator("nav a").all())
				assert.equal(await page.locator(
					await link.getAttribute("href")).count(), 1);
		});
		await look("a wide screen", fits);
		await look("a wide screen, to axe-core", isAccessible);
		await page.setViewportSize({width: 400, height: 800});
		await page.emulateMedia({colorScheme: "dark"});
		await look("a narrow screen", fits);
		await look("a narrow dark screen, to axe-core", isAccessible);
		await page.emulateMedia({media: "print", colorScheme: "dark"});
		await look("paper", async () => {
			assert.ok(await page.locator("nav").isHidden());
			assert.ok(await page.locator("h1").isVisible());
			assert.equal(await page.evaluate(() =>
				getComputedStyle(document.body).backgroundColor),
			"rgb(255, 255, 255)");
		});
	},

	async shot() {
		await page.setViewportSize({width: 1040, height: 640});
		await page.screenshot({path: process.argv[4]});
	},

	async hostile() {
		await look("no text is markup or a script", async () => {
			assert.equal(await page.evaluate(() => window.pwned), undefined);
			assert.equal(await page.locator("script").count(), 2);
			assert.equal(await page.locator("img").count(), 0);
			assert.equal(await page.evaluate(() =>
				[...document.querySelectorAll("*")].some(element =>
					[...element.attributes].some(({name}) =>
						name.startsWith("on")))), false);
		});
		await look("each text stands there as it is", async () => {
			const names = (await column(1)).join("\n");

			for (const name of ["<script>pwned=1</script>@20", "`touch x`@20",
				'"><img src=x onerror=pwned=1>@20', "a?b</script>@1"])
				assert.ok(names.includes(name), name);
			const text = await page.evaluate(() => document.body.innerText);
			assert.ok(text.includes(
				"'</script><script>pwned=1</script><img src=x " +
				"onerror=pwned=1>' '$(touch x)'"));
		});
		await look("chosen and pointed at, they stay texts", async () => {
			const cell = page.locator(".requests select").first();

			await cell.selectOption("<script>pwned=1</script>@20");
			await page.locator(".chart").focus();
			await page.keyboard.press("ArrowRight");
			await page.locator(".picture").first().focus();
			for (let i = 0; i < 6; i++)
				await page.keyboard.press("ArrowDown");
			assert.equal(await page.evaluate(() => window.pwned), undefined);
		});
	},
};

try {
	await checks[what]();
} catch (error) {
	console.log(error.message);
	process.exitCode = 1;
} finally {
	await browser.close();
}
