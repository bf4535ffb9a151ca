import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Codes and tokens hold 256 random bits: nobody guesses one. */
const SECRET_BYTES = 32;
/** Tabs that can be open at once, and codes that can be waiting; the oldest goes. */
const TOKENS_MAX = 100;
const CODES_MAX = 20;

/** One-time codes, exchanged for the bearer tokens of tabs. Only digests are held. */
export interface Sessions {
  /** A code that is good for one exchange. */
  newCode(): string;
  /** A token for a code; null when the code is unknown or was used. */
  exchange(code: string): string | null;
  isToken(token: string): boolean;
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function createSessions(): Sessions {
  const codes: Buffer[] = [];
  const tokens: Buffer[] = [];

  function issue(digests: Buffer[], countMax: number): string {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    digests.push(digestOf(secret));
    if (digests.length > countMax) digests.shift();
    return secret;
  }

  /** Compares with every digest in constant time each, whichever fits. */
  function find(digests: readonly Buffer[], secret: string): number {
    const digest = digestOf(secret);
    let found = -1;
    digests.forEach((candidate, index) => {
      if (timingSafeEqual(candidate, digest)) found = index;
    });
    return found;
  }

  return {
    newCode: () => issue(codes, CODES_MAX),
    exchange: (code) => {
      const index = find(codes, code);
      if (index === -1) return null;
      codes.splice(index, 1);
      return issue(tokens, TOKENS_MAX);
    },
    isToken: (token) => find(tokens, token) !== -1,
  };
}
