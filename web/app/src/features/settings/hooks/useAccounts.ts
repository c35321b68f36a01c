// Tokens, users, and all budgets.
import type { Budget, Token, User } from '@albumen/api';

import { client, pageOf } from '../../../data/client.ts';
import { usePages, type PagesQuery } from '../../../data/hooks.ts';

export function useTokens(): PagesQuery<Token> {
  return usePages('tokens', async (cursor) => pageOf(await client.send('GET /api/tokens', { query: { limit: 100, cursor } }), 'tokens'));
}

export function useUsers(): PagesQuery<User> {
  return usePages('users', async (cursor) => pageOf(await client.send('GET /api/users', { query: { limit: 100, cursor } }), 'users'));
}

export function useBudgets(): PagesQuery<Budget> {
  return usePages('budgets', async (cursor) => pageOf(await client.send('GET /api/budgets', { query: { limit: 200, cursor } }), 'budgets'));
}
