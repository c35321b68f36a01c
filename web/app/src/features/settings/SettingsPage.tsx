// Account, looks, tokens, and for admins the users and budgets.
import { useMay } from '../../data/session.ts';
import { Page } from '../../shell/Page.tsx';
import { Account } from './components/Account.tsx';
import { Appearance } from './components/Appearance.tsx';
import { Budgets } from './components/Budgets.tsx';
import { Tokens } from './components/Tokens.tsx';
import { Users } from './components/Users.tsx';

export default function SettingsPage() {
  const isAdmin = useMay('admin');
  return (
    <Page title="Settings" isWide={false}>
      <Account />
      <Appearance />
      <Tokens />
      {isAdmin && <Users />}
      {isAdmin && <Budgets />}
    </Page>
  );
}
