// Who is signed in: the embedding application knows.
import { createContext, useContext } from 'react';

export const Auth = createContext<{ user: { id: string }; token: string } | null>(null);

export function useAuth() {
  const auth = useContext(Auth);
  if (!auth) throw new Error('nobody is signed in');
  return auth;
}
