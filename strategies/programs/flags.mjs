// SPDX-License-Identifier: GPL-3.0-or-later
//
// The lesson's ways in Node: node flags.mjs WAY [WORK_NS]
//
// WAY is sequential, map (results in order) or as-completed (results as they
// come). The protocol is that of docs/PROGRAMS.md.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";

const [way, workNs = "0"] = process.argv.slice(2);

// One thread runs all JavaScript, so that the process's CPU time is its own.
function work() {
  const busy = () => process.cpuUsage().user + process.cpuUsage().system;
  const end = busy() + Number(workNs) / 1000;
  while (workNs !== "0" && busy() < end);
}

// Downloads one flag; a promise of its size in bytes, or of null if it failed.
function downloadOne(url, agents) {
  const secure = url.startsWith("https:");
  return new Promise((resolve) => {
    const fail = () => resolve(null);
    const options = { agent: secure ? agents.https : agents.http };
    const request = (secure ? https : http).get(url, options, (answer) => {
      let size = 0;
      answer.on("data", (chunk) => (size += chunk.length));
      answer.on("error", fail);
      answer.on("end", () => {
        work();
        resolve(size);
      });
    });
    request.on("error", fail);
  });
}

// Yields the values of promises as they are fulfilled.
async function* asCompleted(promises) {
  const waiting = new Map(
    promises.map((promise, i) => [i, promise.then((value) => [i, value])]),
  );
  while (waiting.size > 0) {
    const [i, value] = await Promise.race(waiting.values());
    waiting.delete(i);
    yield value;
  }
}

async function downloadMany(urls, agents) {
  const sizes = [];
  if (way === "sequential")
    for (const url of urls) sizes.push(await downloadOne(url, agents));
  else if (way === "map")
    sizes.push(...(await Promise.all(urls.map((url) => downloadOne(url, agents)))));
  else if (way === "as-completed")
    for await (const size of asCompleted(urls.map((url) => downloadOne(url, agents))))
      sizes.push(size);
  return sizes;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const [, path, , concurrency] = (await lines.next()).value.split(" ");
const urls = readFileSync(path, "ascii").trim().split("\n");
// An agent lets so many requests be in flight, and keeps their connections.
const settings = { keepAlive: true, maxSockets: Number(concurrency) };
const agents = { http: new http.Agent(settings), https: new https.Agent(settings) };
process.stdout.write("READY\n");
await lines.next();
await downloadMany(urls, agents);
process.stdout.write("DONE\n");
agents.http.destroy();
agents.https.destroy();
await lines.next();
