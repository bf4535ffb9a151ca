import { fork } from 'node:child_process';

/**
 * Runs a script in a fresh process with the plan as its argument and gives the one message that it sends. Throws when the
 * process ends without one; `name` says in the error who it was.
 */
export function resultOfProcess<Result>(script: string, plan: object, name: string): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const child = fork(script, [JSON.stringify(plan)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  child.once('message', (message) => resolve(message as Result));
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${name} ended with ${code} and without a result.`)));
  return promise;
}
