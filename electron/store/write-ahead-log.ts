import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// The format: https://www.sqlite.org/walformat.html#the_wal_file_format
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const BIG_ENDIAN_MAGIC = 0x377f0683;
const LITTLE_ENDIAN_MAGIC = 0x377f0682;
const PAGE_BYTES = 4096;

type Sums = readonly [number, number];

/**
 * How many transactions of a write-ahead log lie behind a frame that is broken: SQLite takes the log as ending there and
 * drops them without a word. A power cut leaves one at most, the one that was being written and that nobody was told of;
 * more than one means damage. 0 for a log that is whole, empty or not there.
 */
export function countLostCommits(file: string): number {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  try {
    return countIn(handle, fstatSync(handle).size);
  } finally {
    closeSync(handle);
  }
}

function countIn(handle: number, sizeBytes: number): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + PAGE_BYTES);
  const frameCount = Math.floor((sizeBytes - HEADER_BYTES) / frame.length);
  if (frameCount <= 0) return 0;
  readSync(handle, header, 0, HEADER_BYTES, 0);
  const magic = header.readUInt32BE(0);
  const isBigEndian = magic === BIG_ENDIAN_MAGIC;
  let sums = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  let isWhole = (isBigEndian || magic === LITTLE_ENDIAN_MAGIC) && header.readUInt32BE(8) === PAGE_BYTES && sums[0] === header.readUInt32BE(24) && sums[1] === header.readUInt32BE(28);
  // A broken header says nothing; the frames of one log bear the same salt.
  let salt = isWhole ? header.readBigUInt64BE(16) : null;
  let lost = 0;
  for (let i = 0; i < frameCount; i += 1) {
    readSync(handle, frame, 0, frame.length, HEADER_BYTES + i * frame.length);
    salt ??= frame.readBigUInt64BE(8);
    const isOfThisLog = frame.readBigUInt64BE(8) === salt;
    if (isWhole) {
      sums = checksum(frame.subarray(FRAME_HEADER_BYTES), checksum(frame.subarray(0, 8), sums, isBigEndian), isBigEndian);
      isWhole = isOfThisLog && sums[0] === frame.readUInt32BE(16) && sums[1] === frame.readUInt32BE(20);
    }
    const isCommit = frame.readUInt32BE(4) !== 0;
    if (!isWhole && isOfThisLog && isCommit) lost += 1;
  }
  return lost > 1 ? lost : 0;
}

function checksum(bytes: Buffer, [first, second]: Sums, isBigEndian: boolean): Sums {
  let a = first;
  let b = second;
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
