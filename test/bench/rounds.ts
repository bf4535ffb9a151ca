/**
 * Runs every contender once a round, each round beginning with another one, so that no contender always comes after the
 * same other and what disturbs the machine meets all alike. Results by contender, one a round.
 */
export async function interleave<Name extends string, Result>(names: readonly Name[], rounds: number, measure: (name: Name, round: number) => Promise<Result>): Promise<Readonly<Record<Name, readonly Result[]>>> {
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const offset of names.keys()) {
      const name = names[(round + offset) % names.length];
      if (name !== undefined) results[name].push(await measure(name, round));
    }
  }
  return results;
}

/** Rounds of a measurement that is quoted; of a quick look. */
export function roundsFor(quick: boolean): number {
  return quick ? 2 : 5;
}
