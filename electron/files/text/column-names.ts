/** `column1`, `column2`, … for files without a header. */
export function numberedColumns(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `column${i + 1}`);
}

/**
 * Names as a template can use them: trimmed, in Unicode's composed form (so that two spellings of "é" are one), empty
 * ones numbered, repeated ones told apart (`name`, `name_2`, `name_3`).
 */
export function uniqueColumnNames(names: readonly string[]): readonly string[] {
  const wanted = names.map((name, i) => name.trim().normalize('NFC') || `column${i + 1}`);
  const reserved = new Set(wanted);
  const taken = new Set<string>();
  const nextNumber = new Map<string, number>();
  return wanted.map((name) => {
    let unique = name;
    let number = nextNumber.get(name) ?? 2;
    while (taken.has(unique) || (unique !== name && reserved.has(unique))) {
      unique = `${name}_${number}`;
      number += 1;
    }
    nextNumber.set(name, number);
    taken.add(unique);
    return unique;
  });
}
