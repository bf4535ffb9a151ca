import { tmpdir } from 'node:os';

import { describe, expect, it } from 'vitest';

import { checkFileSystem, fileSystemOf, isLogRefusal, kindOfMagic, kindOfWindowsPath, noLogError } from '../../electron/store/file-system.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { errorCode, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();

describe('case 52: a network file system', () => {
  it.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['CIFS', 0xff534d42],
    ['SMB2', 0xfe534d42],
    ['AFS', 0x5346414f],
    ['AFS', 0x6b414653],
    ['Ceph', 0x00c36400],
    ['Lustre', 0x0bd00bd0],
    ['GPFS', 0x47504653],
    ['BeeGFS', 0x19830326],
    ['OCFS2', 0x7461636f],
    ['GFS2', 0x01161970],
    ['PanFS', 0xaad7aaea],
    ['Coda', 0x73757245],
    ['NCP', 0x564c],
  ])('case 52: %s is refused with the way out', (name, magic) => {
    expect(kindOfMagic(magic)).toEqual({ kind: 'network', name });
    expect(() => checkFileSystem('/data', kindOfMagic(magic))).toThrow(expect.objectContaining({ code: 'store_network', message: expect.stringContaining(name) as string, hint: expect.stringMatching(/--data-dir or TASKLANE_DATA_DIR/) as string }));
  });

  it('case 52: numbers above 2^31 are recognised where the system gives them as negative', () => {
    expect(kindOfMagic(0xff534d42 | 0)).toEqual({ kind: 'network', name: 'CIFS' });
  });

  it.each([
    ['ext4', 0xef53],
    ['btrfs', 0x9123683e],
    ['xfs', 0x58465342],
    ['tmpfs', 0x01021994],
    ['overlay', 0x794c7630],
    ['ZFS', 0x2fc12fc1],
    ['FUSE', 0x65735546],
    ['unknown to Windows', 0],
  ])('case 52: a store on %s is not refused', (_, magic) => {
    expect(checkFileSystem('/data', kindOfMagic(magic))).toBeNull();
  });

  it('case 52: 9p, which WSL and gVisor have for their disks, is warned of and not refused', () => {
    expect(checkFileSystem('/mnt/c/data', kindOfMagic(0x01021997))).toMatch(/\/mnt\/c\/data is on a 9p file system.*--data-dir/);
  });

  it('case 52: where such a file system turns out to have no shared memory, that is what is said', () => {
    const refused = Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 4874 });
    expect(isLogRefusal(new TasklaneError('store_failed', 'x', '', { cause: refused }))).toBe(true);
    expect(isLogRefusal(new TasklaneError('store_locked', 'x'))).toBe(false);
    expect(noLogError('/mnt/c/data', refused)).toMatchObject({ code: 'store_network' });
  });

  it.each([
    [String.raw`\\server\share\Tasklane`, 'network'],
    ['//server/share/Tasklane', 'network'],
    [String.raw`\\wsl.localhost\Debian\home`, 'network'],
    [String.raw`\\?\UNC\server\share\x`, 'network'],
    [String.raw`\\?\C:\Users\me`, 'local'],
    [String.raw`\\.\C:\Users\me`, 'local'],
    [String.raw`C:\Users\me\AppData`, 'local'],
    [String.raw`Tasklane\data`, 'local'],
  ])('case 52: on Windows %s is %s', (folder, kind) => {
    expect(kindOfWindowsPath(folder).kind).toBe(kind);
  });

  it('case 52: a folder on this disk is taken', () => {
    expect(fileSystemOf(tmpdir()).kind).not.toBe('network');
    expect(errorCode(() => place.open())).toBe('no error');
  });
});
