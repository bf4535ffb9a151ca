import { InvalidArgumentError, type Command, Option } from 'commander';

import { faultOfWord, faultWords, type FaultShares } from '../../simulator/faults.ts';
import { parseLatency, startSimulator, type LatencyModel } from '../../simulator/simulator.ts';
import type { CommandContext } from '../context.ts';
import { jsonLine } from '../escape.ts';
import { watchInterrupts } from '../interrupts.ts';
import { single } from '../options.ts';
import * as values from '../values.ts';

interface SimulateOptions {
  readonly port?: number;
  readonly latency?: LatencyModel;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly maxInFlight?: number;
  readonly slowdown?: number;
  readonly seed?: number;
  readonly fault?: FaultShares;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  tasklane simulate --port 9100
  tasklane simulate --latency lognormal:800,0.4 --rpm 600 --fault 500=0.05 --fault timeout=0.01
  tasklane simulate --latency tokens:300,15 --seed 7 --json

Speaks the chat completions API of OpenAI on 127.0.0.1, under /v1; any client and any key will do. Ctrl+C ends it.
Faults: ${faultWords().join(', ')}.`;

/** `--fault NAME=SHARE`, several of them. */
function faultShare(text: string, previous: FaultShares | undefined): FaultShares {
  const [, word = '', share = ''] = /^([A-Za-z0-9]+)=(.+)$/.exec(text.trim()) ?? [];
  const name = faultOfWord(word);
  if (name === null) throw new InvalidArgumentError(`Expected NAME=SHARE, such as 500=0.05, with one of these names: ${faultWords().join(', ')}.`);
  if (previous !== undefined && Object.hasOwn(previous, name)) throw new InvalidArgumentError('It was given twice.');
  return { ...previous, [name]: values.decimalIn(0, 1)(share) };
}

/** `tasklane simulate` */
export function addSimulateCommand(program: Command, { io }: CommandContext): void {
  program
    .command('simulate')
    .description('the simulated provider alone, for any OpenAI-compatible client')
    .addOption(single('--port <n>', 'port on 127.0.0.1 (default: a free one)', values.port))
    .addOption(single('--latency <model>', '500, fixed:500, lognormal:MEDIAN,SIGMA or tokens:FIRST,EACH, in ms', parseLatency))
    .addOption(single('--rpm <n>', 'requests per minute, then 429', values.positiveCount))
    .addOption(single('--tpm <n>', 'tokens per minute, then 429', values.positiveCount))
    .addOption(single('--max-in-flight <n>', 'requests at once, one more is answered 429', values.positiveCount))
    .addOption(single('--slowdown <fraction>', 'how much slower each further request in flight makes an answer, 0 to 1', values.decimalIn(0, 1)))
    .addOption(single('--seed <n>', 'the same seed gives the same times, answers and faults', values.integerIn(0, 2 ** 31 - 1)))
    .addOption(new Option('--fault <name=share>', 'share of requests that meet a fault, 0 to 1; may be repeated').argParser(faultShare))
    .option('--json', 'print exactly one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SimulateOptions) => {
      const { interrupts, stop } = watchInterrupts(io);
      try {
        const simulator = await startSimulator({
          ...(options.port === undefined ? {} : { port: options.port }),
          ...(options.latency === undefined ? {} : { latency: options.latency }),
          ...(options.rpm === undefined ? {} : { requestsPerMinute: options.rpm }),
          ...(options.tpm === undefined ? {} : { tokensPerMinute: options.tpm }),
          ...(options.maxInFlight === undefined ? {} : { maxInFlight: options.maxInFlight }),
          ...(options.slowdown === undefined ? {} : { slowdownFraction: options.slowdown }),
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          ...(options.fault === undefined ? {} : { faults: options.fault }),
        });
        const { url, port } = simulator;
        io.stdout(options.json === true ? jsonLine({ url, port }) : `The simulated provider listens at ${url}\nCtrl+C ends it.\n`);
        await interrupts.first;
        await simulator.close();
      } finally {
        stop();
      }
    });
}
