// The door: by a login link, or by name and password where the server takes these.
import { messageOf } from '@albumen/api';
import { Button, Panel, TextField } from '@albumen/ui';
import { useEffect, useState, type FormEvent } from 'react';

import { useAction } from '../../../data/hooks.ts';
import { signIn, useSession } from '../../../data/session.ts';
import styles from './SignIn.module.css';

function PasswordForm() {
  const [failure, setFailure] = useState<string | null>(null);
  const [submit, isBusy] = useAction(async (form: FormData) => {
    setFailure(null);
    await signIn(String(form.get('name')), String(form.get('password'))).catch((error: unknown) => setFailure(messageOf(error)));
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(new FormData(event.currentTarget));
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <TextField label="Name" name="name" autoComplete="username" required maxLength={64} />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required maxLength={200} error={failure} />
      <Button type="submit" variant="primary" isBusy={isBusy}>Sign in</Button>
    </form>
  );
}

export function SignIn() {
  const { reason, passwords } = useSession();
  useEffect(() => {
    document.title = 'Sign in · Albumen';
  }, []);
  return (
    <Panel className={styles.panel}>
      <img src="/icon.svg" alt="" width={44} height={44} />
      <h1>Sign in</h1>
      {reason && <p className={styles.reason} role="alert">{reason}</p>}
      {passwords && <PasswordForm />}
      <div className={styles.link}>
        <p>{passwords ? 'Or open' : 'Open'} the login link that the server printed when it started. It works once; a new one is made on the server by</p>
        <pre><code>albumen user link admin</code></pre>
      </div>
    </Panel>
  );
}
