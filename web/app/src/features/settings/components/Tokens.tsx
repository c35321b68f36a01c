// Tokens: how scripts and programs sign in.
import type { Token } from '@albumen/api';
import { Badge, Button, Confirm, Select, TextField } from '@albumen/ui';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { ago } from '../../../format.ts';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { useTokens } from '../hooks/useAccounts.ts';
import { Failure } from './Failure.tsx';
import { Secret } from './Secret.tsx';
import { Section } from './Section.tsx';
import styles from './Settings.module.css';

const SCOPES: Record<Token['scope'], string> = { read: 'read', write: 'read and write', admin: 'everything I may' };

function NewToken({ onMade }: { onMade(secret: string): void }) {
  const { onSubmit, isBusy, failure } = useForm(async (fields, form) => {
    const days = Number(fields.get('days'));
    const { token } = await client.call('POST /api/tokens', {
      body: { name: String(fields.get('name')), scope: fields.get('scope') as Token['scope'], ...(days > 0 ? { days } : {}) },
    });
    form.reset();
    onMade(token);
    await cache.read('tokens');
  });
  return (
    <form className={styles.row} onSubmit={onSubmit}>
      <TextField className={styles.grow} label="What for" name="name" required maxLength={100} placeholder="laptop" error={failure} />
      <Select label="May" name="scope" defaultValue="write">
        {Object.entries(SCOPES).map(([scope, label]) => <option key={scope} value={scope}>{label}</option>)}
      </Select>
      <Select label="Works" name="days" defaultValue="0">
        <option value="0">for ever</option>
        <option value="1">a day</option>
        <option value="30">30 days</option>
        <option value="365">a year</option>
      </Select>
      <Button type="submit" icon="key" isBusy={isBusy}>Make a token</Button>
    </form>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke(): void }) {
  const uses = token.lastUsedAt ? `used ${ago(token.lastUsedAt)}` : 'not used yet';
  const end = token.expiresAt ? `ends ${ago(token.expiresAt)}` : 'works for ever';
  return (
    <li>
      <div className={styles.words}>
        <p className={styles.name}>{token.name}<Badge>{SCOPES[token.scope]}</Badge></p>
        <p className={styles.note}>Made {ago(token.createdAt)}, {uses}, {end}</p>
      </div>
      <Button size="small" variant="ghost" onClick={onRevoke} aria-label={`Revoke ${token.name}`}>Revoke</Button>
    </li>
  );
}

export function Tokens() {
  const query = useTokens();
  const { items, error, reload } = query;
  const [secret, setSecret] = useState<string | null>(null);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const revoke = async (token: Token) => {
    await client.call('DELETE /api/tokens/{id}', { params: { id: token.id } });
    await cache.read('tokens');
  };
  return (
    <Section title="Tokens" about={<>For scripts and programs. The API is described at <a href="/api/openapi.json">/api/openapi.json</a>.</>}>
      <NewToken onMade={setSecret} />
      {secret && <Secret about="Copy it now: it is not shown again." value={secret} onDone={() => setSecret(null)} />}
      {error && !items && <Failure what="Your tokens" error={error} onRetry={() => void reload()} />}
      {!items && !error && <div className={styles.waiting} aria-busy="true" />}
      {items?.length === 0 && <p className={styles.empty}>No tokens yet.</p>}
      {items && items.length > 0 && <ul className={styles.list}>{items.map((token) => <TokenRow key={token.id} token={token} onRevoke={() => setRevoked(token)} />)}</ul>}
      <ShowMore of={query} what="tokens" className={styles.more} />
      {revoked && (
        <Confirm title={`Revoke ${revoked.name}?`} action="Revoke" onConfirm={() => revoke(revoked)} onClose={() => setRevoked(null)}>
          What uses it is refused from now on. It cannot be brought back.
        </Confirm>
      )}
    </Section>
  );
}
