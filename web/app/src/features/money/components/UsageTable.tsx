// What was made and spent, by where it was made.
import type { Usage } from '@albumen/api';

import { duration, money } from '../../../format.ts';
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
  // The bars compare what was paid, and where nothing was, how much was made.
  const weigh = ({ costMicros, pictures }: Usage['rows'][number]) => (usage.costMicros > 0 ? costMicros : pictures);
  const most = Math.max(...usage.rows.map(weigh), 1);
  const rows = usage.by === 'day' ? usage.rows.toReversed() : usage.rows;
  return (
    <table className={styles.table}>
      <thead>
        <tr><th scope="col">{TITLES[usage.by]}</th><th scope="col" className={styles.number}>Jobs</th><th scope="col" className={styles.number}>Failed</th><th scope="col" className={styles.number}>Pictures</th><th scope="col" className={styles.number}>Time</th><th scope="col" className={styles.number}>Cost</th></tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">
              {labelOf(usage, row)}
              <span className={styles.share} style={{ width: `${(weigh(row) / most) * 100}%` }} aria-hidden="true" />
            </th>
            <td className={styles.number}>{row.jobs.toLocaleString()}</td>
            <td className={styles.number}>{row.failed.toLocaleString()}</td>
            <td className={styles.number}>{row.pictures.toLocaleString()}</td>
            <td className={styles.number}>{duration(row.tookMs)}</td>
            <td className={styles.number}>{money(row.costMicros, usage.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
