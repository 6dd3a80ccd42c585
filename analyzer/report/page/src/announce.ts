// A line that only screen readers see: what has just happened.
import {element} from './dom';

export function announcer(): {root: HTMLElement; say: (text: string) => void} {
  const root = element('div', {id: 'live', class: 'heard', role: 'status', 'aria-live': 'polite'});
  // The same words twice are spoken twice only if the line was empty between.
  const say = (text: string) => {
    root.textContent = '';
    window.setTimeout(() => (root.textContent = text), 50);
  };
  return {root, say};
}
