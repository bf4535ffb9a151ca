import { TasklaneError, type ErrorCode } from '../../shared/errors.ts';

/** The code of the error for people that a call ends with; null when it ends well. Anything else is thrown on. */
export async function errorCode(call: () => unknown): Promise<ErrorCode | null> {
  try {
    await call();
    return null;
  } catch (thrown) {
    if (thrown instanceof TasklaneError) return thrown.code;
    throw thrown;
  }
}
