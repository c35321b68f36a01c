// Dark, light, or as the system has it; kept in the browser.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'dark' | 'light' | 'system';

interface ThemeState {
  theme: Theme;
  setTheme(theme: Theme): void;
}

export const useTheme = create<ThemeState>()(
  persist((set) => ({ theme: 'dark', setTheme: (theme) => set({ theme }) }), {
    name: 'albumen.theme',
    version: 1,
    partialize: ({ theme }) => ({ theme }),
    migrate: () => ({ theme: 'dark' }) as ThemeState,
  }),
);

const systemIsLight = () => matchMedia('(prefers-color-scheme: light)');

function show(): void {
  const { theme } = useTheme.getState();
  const isLight = theme === 'light' || (theme === 'system' && systemIsLight().matches);
  document.documentElement.dataset.theme = isLight ? 'light' : 'dark';
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', isLight ? '#f5f1ea' : '#0c0b0a');
}

export function startTheme(): void {
  useTheme.subscribe(show);
  systemIsLight().addEventListener('change', show);
  show();
}
