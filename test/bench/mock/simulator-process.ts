import { startSimulator, type SimulatorOptions } from '../../../electron/simulator/simulator.ts';

// The simulated provider as a process of its own, so that its work is not taken for the program's.
process.once('disconnect', () => process.exit());
const { url } = await startSimulator(JSON.parse(process.argv[2] ?? '') as SimulatorOptions);
process.send?.({ url });
