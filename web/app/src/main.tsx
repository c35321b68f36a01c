// Puts the application into the page.
import '@albumen/ui/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App.tsx';
import { followLoginLinks, startSession } from './data/session.ts';
import { startTheme } from './shell/theme.ts';

startTheme();
followLoginLinks();
void startSession();
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>);
