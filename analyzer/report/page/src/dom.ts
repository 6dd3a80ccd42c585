// Elements made from parts. Text is always a text node: nothing here, or anywhere in the page, parses HTML.

type Child = Node | string | null | undefined;

// Attributes are set as they are; `undefined` leaves one out.
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  append(made, children);
  return made;
}

export function append(parent: Node, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined) continue;
    parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
}

// Text from an artifact: kept apart from its surroundings whatever marks of direction it holds.
export function isolated(text: string, className?: string): HTMLElement {
  return element('bdi', {class: className}, text);
}

export function button(label: string, attributes: Record<string, string>, action: () => void): HTMLButtonElement {
  const made = element('button', {type: 'button', ...attributes}, label);
  made.addEventListener('click', action);
  return made;
}

// The first `most` characters, with an ellipsis where some are missing; never half a surrogate pair.
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return Array.from(text.slice(0, most)).slice(0, -1).join('') + '\u2026';
}

export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}
