// The door: by a login link, or by name and password where the server takes these.
import { Button, Panel, TextField } from '@albumen/ui';
import { useEffect } from 'react';

import { useForm } from '../../../data/form.ts';
import { signIn, useSession } from '../../../data/session.ts';
import styles from './SignIn.module.css';

function PasswordForm() {
  const { onSubmit, isBusy, failure } = useForm((fields) => signIn(String(fields.get('name')), String(fields.get('password'))));
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
