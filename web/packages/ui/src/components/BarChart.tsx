// Amounts over time as bars. The numbers stand in a table beside it: to a screen reader this is one picture.
import styles from './BarChart.module.css';

export interface Bar {
  /** Below the first and the last bar, and in the tip of each. */
  label: string;
  value: number;
}

export interface BarChartProps {
  /** What it shows, in a sentence. */
  label: string;
  bars: Bar[];
  format(value: number): string;
}

/** Bars that are there are seen, however small beside the largest. */
const LEAST_PERCENT = 2;

export function BarChart({ label, bars, format }: BarChartProps) {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  const heightOf = (value: number) => (value === 0 || most === 0 ? 0 : Math.max((value / most) * 100, LEAST_PERCENT));
  return (
    <figure className={styles.chart} role="img" aria-label={label}>
      <p className={styles.most} aria-hidden="true">{format(most)}</p>
      <div className={styles.bars} aria-hidden="true">
        {bars.map((bar) => (
          <div key={bar.label} className={styles.place} title={`${bar.label}: ${format(bar.value)}`}>
            <div className={styles.bar} style={{ height: `${heightOf(bar.value)}%` }} />
          </div>
        ))}
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>{bars[0]?.label}</span>
        <span>{bars.length > 1 && bars.at(-1)?.label}</span>
      </div>
    </figure>
  );
}
