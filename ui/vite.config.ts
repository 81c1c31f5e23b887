import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  root: here('.'),
  // The pretended book (src/dev) has its own page, so that a production build never sees it.
  base: './',
  clearScreen: false,
  resolve: { alias: { '@': here('./src') } },
  server: { port: 5173, strictPort: true },
  build: {
    target: 'safari16',
    outDir: mode === 'mock' ? 'node_modules/.mock' : 'dist',
    emptyOutDir: true,
    sourcemap: false,
    // A data: font or image would need its own CSP entry; keep every asset a file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: mode === 'mock' ? { input: here('./mock.html') } : {},
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/lib/testing/setup.ts'],
    restoreMocks: true,
    // The compiler may have the cores; a test that hangs still ends.
    testTimeout: 60_000,
  },
}));
