// The same no-op worker on the JavaScript SDK: node peer_js.mjs PORT CONCURRENCY async|sync TYPES (run in its own folder).
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { TaskManager, orkesConductorClient } = require("@io-orkes/conductor-javascript");

const [port, concurrency, , types] = process.argv.slice(2);
const client = await orkesConductorClient({ serverUrl: `http://127.0.0.1:${port}/api` });
const workers = types.split(",").map((taskDefName) => ({
  taskDefName,
  concurrency: Number(concurrency),
  execute: async ({ inputData }) => ({ status: "COMPLETED", outputData: { ok: Boolean(inputData?.order_id) } }),
}));
const manager = new TaskManager(client, workers, {
  options: { concurrency: Number(concurrency), pollInterval: 100 },
});
manager.startPolling();
process.on("SIGTERM", () => manager.stopPolling().finally(() => process.exit(0)));
