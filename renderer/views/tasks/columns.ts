import type { SortKey } from '../../store/table-order.ts';

export interface TableColumn {
  readonly key: string;
  readonly title: string;
  readonly sort: SortKey | null;
  /** Classes of the header cell and of each cell: width, alignment, and from which table width on it is shown. */
  readonly look: string;
}

export const TABLE_COLUMNS = [
  { key: 'state', title: 'State', sort: 'status', look: 'w-[120px]' },
  { key: 'id', title: 'ID', sort: 'input', look: 'w-24 hidden @[620px]:flex' },
  { key: 'prompt', title: 'Prompt', sort: null, look: 'flex-1' },
  { key: 'answer', title: 'Answer', sort: null, look: 'flex-1 hidden @[420px]:flex' },
  { key: 'attempts', title: 'Attempts', sort: 'attempts', look: 'w-[72px] justify-end hidden @[760px]:flex' },
  { key: 'time', title: 'Time', sort: 'time', look: 'w-[72px] justify-end' },
  { key: 'tokens', title: 'Tokens', sort: 'tokens', look: 'w-16 justify-end hidden @[760px]:flex' },
] as const satisfies readonly TableColumn[];

export const CELL = 'flex min-w-0 items-center overflow-hidden px-2';
export const ROW_PX = 32;
export const HEADER_PX = 28;
