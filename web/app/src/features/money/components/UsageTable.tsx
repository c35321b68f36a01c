// What was spent, by what it was spent on.
import type { Usage } from '@albumen/api';

import { money } from '../../../format.ts';
import { dayLabel } from '../periods.ts';
import styles from './UsageTable.module.css';

const TITLES: Record<Usage['by'], string> = { backend: 'Backend', door: 'Asked for in', user: 'User', day: 'Day' };
const DOORS: Record<string, string> = { jobs: 'Create', albums: 'Albums', gateway: 'Gateway', templates: 'Templates', characters: 'Characters', playground: 'Playground' };

function labelOf({ by }: Usage, { name, label }: Usage['rows'][number]): string {
  if (by === 'user') return label ?? 'A deleted user';
  if (by === 'day') return dayLabel(name);
  return by === 'door' ? (DOORS[name] ?? name) : name;
}

export function UsageTable({ usage }: { usage: Usage }) {
  const most = Math.max(...usage.rows.map(({ costMicros }) => costMicros), 1);
  const rows = usage.by === 'day' ? usage.rows.toReversed() : usage.rows;
  return (
    <table className={styles.table}>
      <thead>
        <tr><th scope="col">{TITLES[usage.by]}</th><th scope="col" className={styles.number}>Jobs</th><th scope="col" className={styles.number}>Pictures</th><th scope="col" className={styles.number}>Cost</th></tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">
              {labelOf(usage, row)}
              <span className={styles.share} style={{ width: `${(row.costMicros / most) * 100}%` }} aria-hidden="true" />
            </th>
            <td className={styles.number}>{row.jobs.toLocaleString()}</td>
            <td className={styles.number}>{row.pictures.toLocaleString()}</td>
            <td className={styles.number}>{money(row.costMicros, usage.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
