import React, { useEffect, useMemo, useState } from 'react';
import styles from './table.module.css';

interface Column<Row> {
  title: string;
  render: (row: Row) => React.ReactNode;
  width?: number;
}

type Props<Row> = {
  rows: readonly Row[];
  columns: Column<Row>[];
  onSelect?: (row: Row) => void;
};

const PAGE = 25;

/** Loads once and again when the key changes. */
export function useLoaded<T>(key: string, load: (key: string) => Promise<T>): T | undefined {
  const [value, setValue] = useState<T>();
  useEffect(() => {
    let live = true;
    load(key).then((loaded) => {
      if (live) setValue(loaded);
    });
    return () => {
      live = false;
    };
  }, [key, load]);
  return value;
}

const Pager: React.FC<{ page: number; pages: number; go: (page: number) => void }> = ({ page, pages, go }) => (
  <nav className={styles.pager}>
    <button disabled={page === 0} onClick={() => go(page - 1)}>‹</button>
    <span>{page + 1} of {pages}</span>
    <button disabled={page + 1 === pages} onClick={() => go(page + 1)}>›</button>
  </nav>
);

export function Table<Row extends { id: string }>({ rows, columns, onSelect }: Props<Row>) {
  const [page, setPage] = useState(0);
  const [order, setOrder] = useState<number | null>(null);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));

  const shown = useMemo(() => {
    const sorted = order === null ? [...rows] : [...rows].sort((a, b) => compare(a, b, columns[order]));
    return sorted.slice(page * PAGE, (page + 1) * PAGE);
  }, [rows, columns, order, page]);

  function select(row: Row) {
    onSelect?.(row);
  }

  if (rows.length === 0) {
    return <p className={styles.empty}>Nothing to show.</p>;
  }

  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={column.title} style={{ width: column.width }} onClick={() => setOrder(i)}>
                {column.title}
                {order === i && <span aria-label="sorted">▲</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.id} onClick={() => select(row)}>
              {columns.map((column) => (
                <td key={column.title}>{column.render(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Pager page={page} pages={pages} go={setPage} />
    </>
  );
}

export default class Boundary extends React.Component<React.PropsWithChildren, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    return this.state.failed ? <p>That did not work.</p> : this.props.children;
  }
}
