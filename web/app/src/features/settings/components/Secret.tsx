// Something that is shown once: to be copied now.
import { Button } from '@albumen/ui';
import { useState } from 'react';

import styles from './Settings.module.css';

export function Secret({ about, value, onDone }: { about: string; value: string; onDone(): void }) {
  const [isCopied, setCopied] = useState(false);
  // Browsers have no clipboard for pages without TLS; the text can be marked and copied by hand.
  const copy = () => void navigator.clipboard?.writeText(value).then(() => setCopied(true), () => undefined);
  return (
    <div className={styles.secret} role="status">
      <p>{about}</p>
      <code>{value}</code>
      <div className={styles.row}>
        <Button size="small" icon={isCopied ? 'check' : 'copy'} onClick={copy}>{isCopied ? 'Copied' : 'Copy'}</Button>
        <Button size="small" variant="ghost" onClick={onDone}>Done</Button>
      </div>
    </div>
  );
}
