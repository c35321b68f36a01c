// What most requests leave as it is: seed, steps, guidance, what not to show.
import type { Backend } from '@albumen/api';
import { Button, IconButton, Slider, TextField } from '@albumen/ui';
import { useEffect, useState } from 'react';

import { ignoredWords } from '../hooks/useBackends.ts';
import { useCreate } from '../store.ts';
import styles from './MoreSettings.module.css';

const SEED_MAX = 2 ** 30;
const STEPS = 30;
const GUIDANCE = 7;

interface OptionalSliderProps {
  label: string;
  value: number | null;
  /** Where it begins when it is set. */
  usual: number;
  min: number;
  max: number;
  step?: number;
  onChange(value: number | null): void;
}

/** A number that is the backend's own choice until it is set. */
function OptionalSlider({ label, value, usual, min, max, step = 1, onChange }: OptionalSliderProps) {
  return (
    <div className={styles.optional}>
      {value === null ? (
        <>
          <span className={styles.unset}>{label}</span>
          <Button size="small" variant="ghost" onClick={() => onChange(usual)} aria-label={`Set ${label.toLowerCase()}`}>Backend's choice</Button>
        </>
      ) : (
        <>
          <div className={styles.slider}><Slider label={label} value={value} min={min} max={max} step={step} onChange={onChange} /></div>
          <IconButton size="small" icon="close" label={`Leave ${label.toLowerCase()} to the backend`} onClick={() => onChange(null)} />
        </>
      )}
    </div>
  );
}

/** Of what is typed only the digits. */
const seedOf = (typed: string): number | null => {
  const digits = typed.replace(/\D/g, '');
  return digits === '' ? null : Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
};

export interface MoreSettingsProps {
  chosen: Backend | undefined;
  errorOf(field: string): string | null;
}

export function MoreSettings({ chosen, errorOf }: MoreSettingsProps) {
  const { draft, change } = useCreate();
  const isSet = draft.seed !== null || draft.negativePrompt !== '';
  // What is set is in sight. What is emptied stays so: somebody is at it.
  const [isOpen, setOpen] = useState(isSet);
  useEffect(() => {
    if (isSet) setOpen(true);
  }, [isSet]);
  const honours = new Set(chosen?.honours);
  const ignored = chosen ? ignoredWords(chosen) : [];
  return (
    <details className={styles.more} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>More settings</summary>
      <div className={styles.fields}>
        {honours.has('negativePrompt') && (
          <TextField label="Without" placeholder="people, text" maxLength={4000} value={draft.negativePrompt} error={errorOf('negativePrompt')} onChange={(event) => change({ negativePrompt: event.target.value })} />
        )}
        {honours.has('seed') && (
          <div className={styles.seed}>
            <TextField
              label="Seed"
              inputMode="numeric"
              placeholder="another one each time"
              value={draft.seed ?? ''}
              error={errorOf('seed')}
              onChange={(event) => change({ seed: seedOf(event.target.value) })}
            />
            <IconButton icon="dice" variant="quiet" label="Throw a seed" onClick={() => change({ seed: Math.floor(Math.random() * SEED_MAX) })} />
          </div>
        )}
        {honours.has('steps') && <OptionalSlider label="Steps" value={draft.steps} usual={STEPS} min={1} max={150} onChange={(steps) => change({ steps })} />}
        {honours.has('guidance') && <OptionalSlider label="Guidance" value={draft.guidance} usual={GUIDANCE} min={0} max={20} step={0.5} onChange={(guidance) => change({ guidance })} />}
        {chosen && ignored.length > 0 && <p className={styles.ignored}>{chosen.name} takes no notice of {ignored.join(', ')}.</p>}
      </div>
    </details>
  );
}
