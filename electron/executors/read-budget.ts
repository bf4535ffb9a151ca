/** Holds back a body and lets it go on. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/** What one answer has of the budget. */
export interface Share {
  /** It holds this many bytes now. May pause or resume the flow of this or another answer. */
  hold(sizeBytes: number): void;
  leave(): void;
}

/** Bounds what unfinished answers hold in memory together. */
export interface ReadBudget {
  join(flow: Flow): Share;
}

interface Member {
  readonly flow: Flow;
  sizeBytes: number;
  isPaused: boolean;
}

/**
 * Beyond `limitBytes` in all, only the oldest answer is read on, so that one after the other becomes complete; the others
 * wait in their sockets, where they cost the sender's memory. None is refused.
 */
export function createReadBudget(limitBytes: number): ReadBudget {
  /** In the order of joining. */
  const members = new Set<Member>();
  let totalBytes = 0;
  let pausedCount = 0;

  const oldest = (): Member | undefined => members.values().next().value;
  const resume = (member: Member): void => {
    member.isPaused = false;
    pausedCount -= 1;
    member.flow.resume();
  };
  const wake = (): void => {
    if (pausedCount === 0) return;
    // A flow that goes on may fill the budget again at once.
    for (const member of members) {
      if (member.isPaused && (totalBytes <= limitBytes || member === oldest())) resume(member);
    }
  };
  return {
    join(flow) {
      const member: Member = { flow, sizeBytes: 0, isPaused: false };
      members.add(member);
      return {
        hold(sizeBytes) {
          totalBytes += sizeBytes - member.sizeBytes;
          member.sizeBytes = sizeBytes;
          if (totalBytes <= limitBytes || member.isPaused || member === oldest()) return;
          member.isPaused = true;
          pausedCount += 1;
          flow.pause();
        },
        leave() {
          if (!members.delete(member)) return;
          totalBytes -= member.sizeBytes;
          if (member.isPaused) pausedCount -= 1;
          wake();
        },
      };
    },
  };
}
