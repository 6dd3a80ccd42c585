// What the page remembers from one opening to the next: the theme and the shell. Where the browser allows no storage
// (a file on disk, private windows), nothing is remembered.

const kPrefix = 'plowline-report-';

export function recall(key: string): string | null {
  try {
    return window.localStorage.getItem(kPrefix + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    window.localStorage.setItem(kPrefix + key, value);
  } catch {
    // Not remembered then.
  }
}
