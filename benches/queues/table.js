// The table of one run: our stages a second, each queue's jobs a second, the ratios and what they are to reach.
//
//   node table.js FEED.json QUEUES.json

import { readFileSync } from "node:fs";

const [feed, queues] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const ours = feed.figures.find(({ what }) => what.startsWith("backlog drained, nothing else")).value;
const rows = [
  ["graphile-worker, its default way", queues.graphile_worker, 15],
  ["graphile-worker, local queue and batched completion", queues.graphile_worker_batched, 1.5],
  ["pg-boss, fetch 500 and complete", queues.pg_boss, 4],
];

const line = (what, rate, ratio, reach, reached) =>
  console.log(what.padEnd(54), rate.padStart(10), ratio.padStart(8), reach.padStart(8), reached);
line("", "per second", "ours ÷", "reach", "");
line("stages pushed and acknowledged", ours.toFixed(0), "", "", "");
for (const [what, rate, reach] of rows) {
  const ratio = ours / rate;
  const reached = ratio >= reach ? "reached" : "NOT REACHED";
  line(what, rate.toFixed(0), ratio.toFixed(2), `>= ${reach}`, reached);
}
