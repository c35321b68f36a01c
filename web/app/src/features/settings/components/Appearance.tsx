// How the studio looks in this browser.
import { Choice } from '@albumen/ui';

import { useTheme, type Theme } from '../../../shell/theme.ts';
import { Section } from './Section.tsx';

const THEMES: { value: Theme; label: string }[] = [
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
  { value: 'system', label: 'As the system' },
];

export function Appearance() {
  const { theme, setTheme } = useTheme();
  return (
    <Section title="Appearance" about="For this browser alone. Pictures look best on dark ground.">
      <Choice label="Theme" options={THEMES} value={theme} onChange={setTheme} />
    </Section>
  );
}
