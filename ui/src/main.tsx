/** Starts the app in the window. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles';
import { App } from './shell/App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has an element with the id root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
