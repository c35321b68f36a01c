// Who one is here, and the way out.
import { messageOf } from '@albumen/api';
import { Badge, Button, TextField, toasts } from '@albumen/ui';

import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { useAction } from '../../../data/hooks.ts';
import { signOut, useSession, useUser } from '../../../data/session.ts';
import { dateTime } from '../../../format.ts';
import { forgetDraft } from '../../create/index.ts';
import { BudgetList, useMyBudgets } from '../../money/index.ts';
import { Section } from './Section.tsx';
import styles from './Settings.module.css';

function Password() {
  const { onSubmit, isBusy, failure } = useForm(async (fields, form) => {
    const currentPassword = String(fields.get('current'));
    await client.call('PATCH /api/me', { body: { password: String(fields.get('password')), ...(currentPassword ? { currentPassword } : {}) } });
    form.reset();
    toasts.add('The password is set. Other browsers are signed out.');
  });
  return (
    <form className={styles.row} onSubmit={onSubmit}>
      <TextField className={styles.grow} label="Present password" hint="Leave it empty if there is none yet." name="current" type="password" autoComplete="current-password" maxLength={200} />
      <TextField className={styles.grow} label="New password" hint="At least 10 characters." name="password" type="password" autoComplete="new-password" required minLength={10} maxLength={200} error={failure} />
      <Button type="submit" isBusy={isBusy}>Set password</Button>
    </form>
  );
}

export function Account() {
  const user = useUser();
  const budgets = useMyBudgets();
  const { passwords } = useSession();
  const [leave, isLeaving] = useAction(() => signOut().then(() => forgetDraft(user.id), (error: unknown) => void toasts.add(messageOf(error), { tone: 'error' })));
  return (
    <Section title="Account" about={passwords ? 'Setting a password signs out your other browsers.' : 'You sign in by login links: this server takes no passwords.'}>
      <dl className={styles.facts}>
        <dt>Name</dt><dd>{user.name}</dd>
        <dt>Role</dt><dd><Badge tone={user.role === 'admin' ? 'accent' : 'plain'}>{user.role}</Badge></dd>
        <dt>Plan</dt><dd>{user.plan}</dd>
        <dt>Since</dt><dd>{dateTime(user.createdAt)}</dd>
      </dl>
      {budgets.data && budgets.data.length > 0 && <BudgetList budgets={budgets.data} userId={user.id} />}
      {passwords && <Password />}
      <div><Button icon="out" isBusy={isLeaving} onClick={() => void leave()}>Sign out</Button></div>
    </Section>
  );
}
