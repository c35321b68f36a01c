// The backends at a glance.
import type { Backend } from '@albumen/api';
import { Badge, Panel } from '@albumen/ui';

import { ago } from '../../../format.ts';
import styles from './Lanes.module.css';

function State({ health }: Pick<Backend, 'health'>) {
  if (health.state === 'open') return <Badge tone="danger" title="It failed too often, and is asked again in a while.">Resting</Badge>;
  return <Badge tone={health.running > 0 ? 'accent' : 'plain'} isLive={health.running > 0}>{health.running > 0 ? `${health.running} running` : 'Idle'}</Badge>;
}

export function Lanes({ backends }: { backends: Backend[] }) {
  return (
    <ul className={styles.lanes} aria-label="Backends">
      {backends.map(({ name, title, health }) => (
        <li key={name}>
          <Panel className={styles.lane} aria-label={name}>
            <div className={styles.words}>
              <h2 className={styles.name}>{name}</h2>
              <p className={styles.title}>{title}</p>
            </div>
            <State health={health} />
            {health.lastError && <p className={styles.error}>Last error{health.lastFailureAt && `, ${ago(health.lastFailureAt)}`}: {health.lastError}</p>}
          </Panel>
        </li>
      ))}
    </ul>
  );
}
