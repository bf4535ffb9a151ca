import { TableToolbar } from './TableToolbar.tsx';
import { TaskTable } from './TaskTable.tsx';

/** All tasks of the batch as a table. */
export function TasksTab() {
  return (
    <>
      <TableToolbar />
      <TaskTable />
    </>
  );
}
