/** Longer names are compared by their beginning: the cost grows with the square of the length. */
const COMPARED_CHARACTERS = 64;

/** Levenshtein distance: the least number of inserted, dropped or exchanged characters between two texts. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const exchange = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(exchange, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}

function comparable(name: string): string {
  return name.trim().toLowerCase().slice(0, COMPARED_CHARACTERS);
}

/**
 * The known name that a mistyped one most likely means, or null when none is close: upper and lower case do not count,
 * and at most a third of the characters (at least two, and never all of them) may differ.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = comparable(name);
  const allowed = Math.min(Math.max(2, Math.floor(wanted.length / 3)), wanted.length - 1);
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    const text = comparable(candidate);
    if (Math.abs(text.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, text);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
