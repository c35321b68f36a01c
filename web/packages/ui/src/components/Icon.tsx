// Signs of one stroke on a 20 px square. They say nothing to a screen reader: what they stand on has a name.
const PATHS = {
  albums: 'M4 6.5h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1ZM5 3.5h10',
  alert: 'M10 6.5v4.2M10 13.6v.1M10 2.8 18 16.6H2Z',
  arrowLeft: 'M12.5 4 6.5 10l6 6',
  arrowRight: 'M7.5 4l6 6-6 6',
  check: 'M4 10.5l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  compare: 'M3 4.5h5.5v11H3zM11.5 4.5H17v11h-5.5z',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  create: 'M10 2.5l1.7 5.8 5.8 1.7-5.8 1.7L10 17.5l-1.7-5.8L2.5 10l5.8-1.7Z',
  dice: 'M4 4h12v12H4zM7.2 7.2v.1M12.8 12.8v.1M10 10v.1M12.8 7.2v.1M7.2 12.8v.1',
  down: 'M5 8l5 5 5-5',
  download: 'M10 3v9.5M6 9l4 4 4-4M4 16.5h12',
  filter: 'M3 4.5h14l-5.5 6.5v5l-3-1.5V11Z',
  info: 'M10 9v5M10 6.2v.1M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z',
  key: 'M6.8 9.6a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2ZM9.4 10.6 16.6 3.4M13 7l2.6 2.6',
  library: 'M3 3.5h6v6H3zM11 3.5h6v3.8h-6zM11 9.8h6v6.7h-6zM3 12h6v4.5H3z',
  more: 'M4.5 10v.1M10 10v.1M15.5 10v.1',
  out: 'M8 4H4v12h4M9 10h8M13.5 6.5 17 10l-3.5 3.5',
  pause: 'M7 4.5v11M13 4.5v11',
  person: 'M10 3a3.4 3.4 0 1 1 0 6.8A3.4 3.4 0 0 1 10 3ZM3.5 17c.6-3.2 3.2-4.8 6.5-4.8s5.9 1.6 6.5 4.8',
  play: 'M6 4l10 6-10 6Z',
  plus: 'M10 4v12M4 10h12',
  queue: 'M3.5 5h13M3.5 10h13M3.5 15h8',
  redo: 'M15.5 8.5A6 6 0 1 0 16 11M15.8 3.8v4.8H11',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13.2 13.2 17 17',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  star: 'M10 2.8l2.2 4.6 5 .7-3.6 3.5.9 5L10 14.2l-4.5 2.4.9-5L2.8 8.1l5-.7Z',
  tag: 'M3 3.5h6.5l7.3 7.3-6 6L3.5 9.5ZM6.6 7v.1',
  trash: 'M4 6h12M8 6V3.8h4V6M5.5 6l.8 10.5h7.4L14.5 6M8.4 9v4.6M11.6 9v4.6',
  undo: 'M7 4 3.5 7.5 7 11M4 7.5h7.5a4.5 4.5 0 0 1 0 9H8',
  usage: 'M3 16.5h14M5 16.5v-5M9 16.5v-9M13 16.5v-7M16.5 16.5V4',
  zoom: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13.2 13.2 17 17M9 6.8v4.4M6.8 9h4.4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20, isFilled = false }: { name: IconName; size?: number; isFilled?: boolean }) {
  const dotted = name === 'more' || name === 'dice';
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill={isFilled ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth={dotted ? 2 : 1.5} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
