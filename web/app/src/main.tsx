// Puts the application into the page.
import { createRoot } from 'react-dom/client';

import { App } from './App.tsx';
import './app.css';

createRoot(document.getElementById('root')!).render(<App />);
