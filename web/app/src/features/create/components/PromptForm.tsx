// What to make, and how.
import type { Backend } from '@albumen/api';
import { Button, Choice, Panel, Select, TextArea } from '@albumen/ui';
import type { FormEvent, KeyboardEvent, RefObject } from 'react';

import type { Generate } from '../hooks/useGenerate.ts';
import { COUNTS } from '../request.ts';
import { useCreate } from '../store.ts';
import { AspectPicker } from './AspectPicker.tsx';
import { Cost } from './Cost.tsx';
import { MoreSettings } from './MoreSettings.tsx';
import styles from './PromptForm.module.css';
import { StyleField } from './StyleField.tsx';

const COUNT_OPTIONS = COUNTS.map(String).map((value) => ({ value, label: value }));

export interface PromptFormProps {
  backends: Backend[] | undefined;
  /** The backends could not be read: ask again. */
  onRetry: (() => void) | null;
  chosen: Backend | undefined;
  generation: Generate;
  promptRef: RefObject<HTMLTextAreaElement | null>;
}

export function PromptForm({ backends, onRetry, chosen, generation, promptRef }: PromptFormProps) {
  const { draft, change } = useCreate();
  const { generate, isBusy, fault } = generation;
  const errorOf = (field: string) => (fault?.field === field ? fault.message : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void generate();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
  };
  return (
    <Panel aria-label="Request">
      <form className={styles.form} onSubmit={submit}>
        <TextArea
          ref={promptRef}
          label="Prompt"
          placeholder="A lighthouse at dusk, long exposure, calm sea"
          rows={4}
          maxLength={chosen?.maxPrompt ?? 4000}
          value={draft.prompt}
          error={errorOf('prompt')}
          onChange={(event) => change({ prompt: event.target.value })}
          onKeyDown={onKeyDown}
        />
        <AspectPicker value={draft.aspect} onChange={(aspect) => change({ aspect })} target={chosen} />
        <div className={styles.pair}>
          <Choice label="Pictures" options={COUNT_OPTIONS} value={String(draft.count)} onChange={(count) => change({ count: Number(count) })} isEven />
          <Select label="Backend" value={chosen?.name ?? ''} disabled={!backends || backends.length < 2} onChange={(event) => change({ backend: event.target.value })} title={chosen?.title}>
            {backends?.map(({ name, title }) => <option key={name} value={name} title={title}>{name}</option>)}
          </Select>
        </div>
        <StyleField chosen={chosen} error={errorOf('style')} />
        <MoreSettings chosen={chosen} errorOf={errorOf} />
        <div className={styles.send}>
          <Button type="submit" variant="primary" icon="create" isBusy={isBusy} disabled={!chosen} className={styles.submit} title="Ctrl + Enter">
            Generate
          </Button>
          {onRetry ? (
            <p className={styles.failure} role="alert">The backends cannot be read. <Button size="small" icon="redo" onClick={onRetry}>Try again</Button></p>
          ) : chosen && backends ? (
            <Cost chosen={chosen} backends={backends} />
          ) : (
            <p className={styles.cost} />
          )}
        </div>
      </form>
    </Panel>
  );
}
