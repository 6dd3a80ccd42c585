// Light or dark: as the system says, until the reader chooses.
import {button} from './dom';
import {recall, remember} from './memory';

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches;
}

export function themeButton(): HTMLButtonElement {
  const root = document.documentElement;
  const before = recall('theme');
  if (before === 'light' || before === 'dark') root.dataset.theme = before;
  const made = button('', {id: 'theme-toggle', class: 'quiet'}, () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    remember('theme', root.dataset.theme);
    label();
  });
  const label = () => {
    made.textContent = isDark() ? 'Light theme' : 'Dark theme';
  };
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label);
  label();
  return made;
}
