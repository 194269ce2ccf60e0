// Jobs per second of two job queues, each on a database of its own that it asks of a server: all jobs are
// there before the first is taken, as large as a stage, and nothing is done for them. Prints one JSON object.
//
//   node measure.js SERVER JOBS

import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import pg from "pg";
import PgBoss from "pg-boss";

const CHUNK = 1000;
// What graphile-worker's own measurement of its speed sets.
const CONCURRENT_JOBS = 24;
const LOCAL_QUEUE = { size: 500, refetchDelay: { durationMs: 10 } };
const FETCHED = 500;
// About a stage as it stands in the journal.
const PAYLOAD = "x".repeat(1000);

const [server, count] = [process.argv[2], Number(process.argv[3])];

async function database(name) {
  const own = `queues_${process.pid}_${name}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`CREATE DATABASE ${own}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${own}`;
  return url.href;
}

async function query(url, statement) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows[0];
}

// From the moment at which work begins until `work` ends: jobs per second.
function rate(done, begun) {
  if (done !== count) throw new Error(`${done} of ${count} jobs were done`);
  return count / ((performance.now() - begun) / 1000);
}

async function graphileWorker(name, settings) {
  const url = await database(name);
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: url, logger });
  await utils.migrate();
  for (let added = 0; added < count; added += CHUNK) {
    const size = Math.min(CHUNK, count - added);
    const jobs = Array.from({ length: size }, () => ({
      identifier: "nothing",
      payload: { text: PAYLOAD },
    }));
    await utils.addJobs(jobs);
  }
  await utils.release();
  await query(url, "VACUUM ANALYZE");
  let done = 0;
  let begun;
  await runOnce({
    preset: {
      worker: {
        connectionString: url,
        concurrentJobs: CONCURRENT_JOBS,
        maxPoolSize: CONCURRENT_JOBS + 1,
        logger,
        ...settings,
      },
    },
    taskList: {
      nothing() {
        begun ??= performance.now();
        done += 1;
      },
    },
  });
  const perSecond = rate(done, begun);
  const { left } = await query(url, "SELECT count(*)::int AS left FROM graphile_worker.jobs");
  if (left !== 0) throw new Error(`${left} jobs of graphile-worker are not completed`);
  return perSecond;
}

async function pgBoss() {
  const url = await database("pg_boss");
  const boss = new PgBoss(url);
  await boss.start();
  await boss.createQueue("nothing");
  for (let added = 0; added < count; added += CHUNK) {
    const size = Math.min(CHUNK, count - added);
    const jobs = Array.from({ length: size }, () => ({ name: "nothing", data: { text: PAYLOAD } }));
    await boss.insert(jobs);
  }
  await query(url, "VACUUM ANALYZE");
  let done = 0;
  const begun = performance.now();
  for (;;) {
    const jobs = await boss.fetch("nothing", { batchSize: FETCHED });
    if (jobs.length === 0) break;
    await boss.complete("nothing", jobs.map((job) => job.id));
    done += jobs.length;
  }
  const perSecond = rate(done, begun);
  await boss.stop({ graceful: false });
  return perSecond;
}

const measured = {
  graphile_worker: await graphileWorker("graphile_worker", {}),
  graphile_worker_batched: await graphileWorker("graphile_worker_batched", {
    localQueue: LOCAL_QUEUE,
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  }),
  pg_boss: await pgBoss(),
};
console.log(JSON.stringify(measured));
