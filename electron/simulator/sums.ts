/** A number, at least one operator between numbers; words are turned into signs first. */
const EXPRESSION = /-?\d+(?:\.\d+)?(?:\s*[-+*]\s*\d+(?:\.\d+)?)+/;
const ASKING = /what(?:'s| is| are)|how much|calculate|compute|evaluate|solve|work out|sum of|add up|result of|=/i;
/** Longer prompts are no sums; it also bounds the time that the patterns here can take. */
const MOST_CHARACTERS = 1000;

/** The sum in a prompt such as "What is 12 + 30?" or "17 plus 25" with its result, or null when it asks for none. */
export function solveSum(prompt: string): { readonly expression: string; readonly result: string } | null {
  if (prompt.length > MOST_CHARACTERS || !/\d/.test(prompt)) return null;
  const text = prompt
    .replaceAll(/(?<=\d\s*)(?:plus)(?=\s*-?\d)/gi, '+')
    .replaceAll(/(?<=\d\s*)(?:minus|[−–])(?=\s*\d)/gi, '-')
    .replaceAll(/(?<=\d\s*)(?:times|multiplied by|[x×·])(?=\s*\d)/gi, '*')
    .replaceAll(/(?<=\d),(?=\d{3}\b)/g, '');
  const expression = EXPRESSION.exec(text)?.[0];
  if (expression === undefined) return null;
  // "2024-11-05" and "pages 3-7" are no sums: someone must ask, or the prompt is nothing else.
  const alone = text.replace(expression, '').replaceAll(/[\s=?.!]/g, '') === '';
  if (!alone && !ASKING.test(prompt) && !/\d\s*[+*]\s*\d/.test(prompt)) return null;
  return { expression: expression.replaceAll(/\s*([-+*])\s*(?=\d)/g, ' $1 ').trim().replace(/^- /, '-'), result: evaluate(expression) };
}

/** Multiplication first, then from left to right; exact for decimals as well, since they are counted in their smallest unit. */
function evaluate(expression: string): string {
  const [first = '0', ...rest] = expression.replaceAll(/\s/g, '').match(/^-?\d+(?:\.\d+)?|[-+*]|\d+(?:\.\d+)?/g) ?? [];
  const terms: { readonly units: bigint; readonly decimals: number }[] = [parseDecimal(first)];
  for (let i = 0; i < rest.length; i += 2) {
    const value = parseDecimal(rest[i + 1] ?? '0');
    if (rest[i] === '*') {
      const left = terms.pop() ?? parseDecimal('1');
      terms.push({ units: left.units * value.units, decimals: left.decimals + value.decimals });
    } else {
      terms.push(rest[i] === '-' ? { units: -value.units, decimals: value.decimals } : value);
    }
  }
  const decimals = Math.max(...terms.map((term) => term.decimals));
  const sum = terms.reduce((total, term) => total + term.units * 10n ** BigInt(decimals - term.decimals), 0n);
  return formatDecimal(sum, decimals);
}

function parseDecimal(text: string): { readonly units: bigint; readonly decimals: number } {
  const decimals = text.split('.')[1]?.length ?? 0;
  return { units: BigInt(text.replace('.', '')), decimals };
}

function formatDecimal(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
