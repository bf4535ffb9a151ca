import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Link-local ranges hold the clouds' metadata services; the single addresses are those that live elsewhere. */
const forbidden = new BlockList();
// "This network", whose first address means any: the prefix alone counts.
forbidden.addSubnet('0.255.255.255', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('168.63.129.16', 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('::', 'ipv6');

function isListed(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an IP address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return isListed(loopback, address);
}

/** Whether an IP address is link-local, a cloud's metadata service or "any": none of them can be a provider. */
export function isForbiddenAddress(address: string): boolean {
  return isListed(forbidden, address);
}

/** Code of the error with which a guarded lookup refuses an address. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

class AddressRefusedError extends Error {
  readonly code = ADDRESS_REFUSED;
}

/**
 * A DNS lookup for `net.connect` that refuses what a base URL may not name, so that a harmless name cannot lead to a
 * forbidden address: link-local and metadata addresses always, and all but loopback where `loopbackOnly` (plain http).
 */
export function guardedLookup(loopbackOnly: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, result, family) => {
      if (error !== null) return callback(error, result, family);
      const addresses = typeof result === 'string' ? [result] : result.map((entry) => entry.address);
      const bad = addresses.find((address) => isForbiddenAddress(address) || (loopbackOnly && !isLoopbackAddress(address)));
      if (bad === undefined) return callback(null, result, family);
      callback(new AddressRefusedError(`${hostname} leads to ${bad}, which may not be called`), result, family);
    });
  };
}
