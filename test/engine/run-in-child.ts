// Runs one run of a data folder in a process of its own, so that a test can kill it: <data folder> <base URL> <run>.
import { openWorkbench } from './workbench.ts';

const [dataDir = '', baseUrl = '', runId = ''] = process.argv.slice(2);
const bench = openWorkbench(baseUrl, { dataDir });
await bench.engine.start(runId);
await bench.engine.idle(runId);
await bench.close();
