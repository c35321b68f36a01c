// Stretches of days, in UTC as the ledger counts them.
import { ago } from '../../format.ts';

export type Period = 'week' | 'month' | 'before' | 'year';

export interface Range {
  /** As 2026-11-01. */
  from: string;
  /** The last day. */
  to: string;
}

const DAY_MS = 24 * 3600 * 1000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export function rangeOf(period: Period, now: number): Range {
  const today = new Date(now);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const to = dayOf(now);
  switch (period) {
    case 'week':
      return { from: dayOf(now - 6 * DAY_MS), to };
    case 'month':
      return { from: dayOf(Date.UTC(year, month, 1)), to };
    case 'before':
      return { from: dayOf(Date.UTC(year, month - 1, 1)), to: dayOf(Date.UTC(year, month, 0)) };
    case 'year':
      return { from: dayOf(Date.UTC(year, 0, 1)), to };
  }
}

export function daysOf({ from, to }: Range): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += DAY_MS) days.push(dayOf(time));
  return days;
}

/** Amounts by day as bars, by month where days would be too narrow to see. */
export function barsOf(range: Range, amounts: Map<string, number>): { label: string; value: number }[] {
  const days = daysOf(range);
  const isLong = days.length > 62;
  const sums = new Map<string, number>();
  for (const day of days) {
    const label = isLong ? day.slice(0, 7) : day;
    sums.set(label, (sums.get(label) ?? 0) + (amounts.get(day) ?? 0));
  }
  return [...sums].map(([label, value]) => ({ label, value }));
}

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const months = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A day, or a month as 2026-11, as people write it. */
export const dayLabel = (day: string): string => (day.length === 7 ? months.format(new Date(`${day}-01`)) : days.format(new Date(day)));

/** When a budget begins anew: soon in hours, else on which day. */
export const renewal = (time: string, now = Date.now()): string => (Date.parse(time) - now < 2 * DAY_MS ? ago(time, now) : `on ${days.format(new Date(time))}`);
