// Users: who may come in, and what they may do. For admins.
import { messageOf, type User } from '@albumen/api';
import { Badge, Button, Confirm, IconButton, Menu, Select, TextField, toasts } from '@albumen/ui';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { takeUser, useUser } from '../../../data/session.ts';
import { ago } from '../../../format.ts';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { useUsers } from '../hooks/useAccounts.ts';
import { Failure } from './Failure.tsx';
import { Secret } from './Secret.tsx';
import { Section } from './Section.tsx';
import styles from './Settings.module.css';

const ROLES: User['role'][] = ['viewer', 'member', 'admin'];

function NewUser() {
  const { onSubmit, isBusy, failure } = useForm(async (fields, form) => {
    await client.call('POST /api/users', { body: { name: String(fields.get('name')), role: fields.get('role') as User['role'] } });
    form.reset();
    await cache.read('users');
  });
  return (
    <form className={styles.row} onSubmit={onSubmit}>
      <TextField className={styles.grow} label="Name" name="name" required maxLength={64} autoComplete="off" error={failure} />
      <Select label="Role" name="role" defaultValue="member">{ROLES.map((role) => <option key={role}>{role}</option>)}</Select>
      <Button type="submit" icon="plus" isBusy={isBusy}>Add user</Button>
    </form>
  );
}

interface UserRowProps {
  user: User;
  isMe: boolean;
  onLink(user: User): void;
  onDelete(user: User): void;
  /** An admin is about to be one no more. */
  onStepDown(role: User['role']): void;
}

function UserRow({ user, isMe, onLink, onDelete, onStepDown }: UserRowProps) {
  const change = async (body: { role?: User['role']; disabled?: boolean }) => {
    try {
      await client.call('PATCH /api/users/{id}', { params: { id: user.id }, body });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    await cache.read('users');
  };
  const items = [
    { label: 'Make a login link', icon: 'key' as const, onSelect: () => onLink(user) },
    ...ROLES.filter((role) => role !== user.role).map((role) => ({ label: `Make ${role === 'admin' ? 'an' : 'a'} ${role}`, icon: 'person' as const, onSelect: () => (isMe ? onStepDown(role) : void change({ role })) })),
    { label: user.disabledAt ? 'Enable' : 'Disable', icon: (user.disabledAt ? 'check' : 'pause') as 'check' | 'pause', disabled: isMe, onSelect: () => void change({ disabled: !user.disabledAt }) },
    { label: 'Delete', icon: 'trash' as const, isDangerous: true, disabled: isMe, onSelect: () => onDelete(user) },
  ];
  return (
    <li>
      <div className={styles.words}>
        <p className={styles.name}>
          {user.name}
          <Badge tone={user.role === 'admin' ? 'accent' : 'plain'}>{user.role}</Badge>
          {isMe && <Badge>you</Badge>}
          {user.disabledAt && <Badge tone="danger">disabled</Badge>}
        </p>
        <p className={styles.note}>Since {ago(user.createdAt)}, plan {user.plan}</p>
      </div>
      <Menu label={`Actions for ${user.name}`} trigger={<IconButton icon="more" label={`Actions for ${user.name}`} />} items={items} />
    </li>
  );
}

export function Users() {
  const me = useUser();
  const query = useUsers();
  const { items, error, reload } = query;
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  const [doomed, setDoomed] = useState<User | null>(null);
  const [lower, setLower] = useState<User['role'] | null>(null);
  const makeLink = async (user: User) => {
    try {
      const { url } = await client.call('POST /api/users/{id}/login-link', { params: { id: user.id } });
      setLink({ name: user.name, url });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
  };
  const stepDown = async (role: User['role']) => takeUser(await client.call('PATCH /api/users/{id}', { params: { id: me.id }, body: { role } }));
  const remove = async (user: User) => {
    await client.call('DELETE /api/users/{id}', { params: { id: user.id } });
    await cache.read('users');
  };
  return (
    <Section title="Users" about="Viewers look, members generate, admins also do this. Each sees only what is their own, and what others made public.">
      <NewUser />
      {link && <Secret about={`Send it to ${link.name}: it signs in one browser, once.`} value={link.url} onDone={() => setLink(null)} />}
      {error && !items && <Failure what="The users" error={error} onRetry={() => void reload()} />}
      {!items && !error && <div className={styles.waiting} aria-busy="true" />}
      {items && <ul className={styles.list}>{items.map((user) => <UserRow key={user.id} user={user} isMe={user.id === me.id} onLink={(of) => void makeLink(of)} onDelete={setDoomed} onStepDown={setLower} />)}</ul>}
      <ShowMore of={query} what="users" className={styles.more} />
      {doomed && (
        <Confirm title={`Delete ${doomed.name}?`} action="Delete" onConfirm={() => remove(doomed)} onClose={() => setDoomed(null)}>
          The account ends with its tokens and sessions. This cannot be undone; disabling can.
        </Confirm>
      )}
      {lower && (
        <Confirm title={`Make yourself a ${lower}?`} action={`Be a ${lower}`} onConfirm={() => stepDown(lower)} onClose={() => setLower(null)}>
          Users and budgets are out of your reach then. Only another admin can give you your role back.
        </Confirm>
      )}
    </Section>
  );
}
