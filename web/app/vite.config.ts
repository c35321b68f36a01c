import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { finish } from '../tools/finish.ts';

// `npm run dev` shows the sources, and takes everything else from a running server.
const server = process.env.ALBUMEN_URL ?? 'http://127.0.0.1:8001';
const proxied = {
  target: server,
  changeOrigin: true,
  // The server changes things only for its own origin.
  headers: { origin: new URL(server).origin },
};

export default defineConfig({
  plugins: [react(), finish(120 * 1024)],
  build: {
    outDir: '../../build-web/site',
    emptyOutDir: true,
    target: 'es2022',
    // Everything has a URL of its own: the content security policy allows no scripts from data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
  },
  css: { modules: { generateScopedName: '[local]-[hash:base64:5]' } },
  server: { proxy: Object.fromEntries(['/api', '/media', '/v1', '/healthz'].map((path) => [path, proxied])) },
});
