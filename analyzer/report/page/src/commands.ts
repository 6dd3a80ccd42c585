// The command for each shell: one tab per shell, each with a button that copies the line as the document has it (what
// is shown may be wrapped). The shell that was chosen is remembered.
import {copyText} from './clipboard';
import {button, element} from './dom';
import type {Report} from './document';
import {recall, remember} from './memory';

const kShells: Record<string, string> = {
  posix: 'POSIX shell',
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  powershell: 'PowerShell',
  cmd: 'cmd.exe',
};

interface Tab {
  shell: string;
  tab: HTMLButtonElement;
  panel: HTMLElement;
}

export function takeOverCommands(report: Report, say: (text: string) => void): void {
  const panels = [...document.querySelectorAll<HTMLElement>('#commands .command[data-shell]')];
  if (panels.length === 0) return;
  const list = element('div', {class: 'tabs', role: 'tablist', 'aria-label': 'Shell'});
  panels[0]!.before(list);
  const tabs = panels.map((panel) => tabFor(panel, report, say));
  list.append(...tabs.map(({tab}) => tab));
  const choose = (chosen: Tab) => {
    for (const each of tabs) {
      const is = each === chosen;
      each.tab.setAttribute('aria-selected', String(is));
      each.tab.tabIndex = is ? 0 : -1;
      each.panel.classList.toggle('unchosen', !is);
    }
    remember('shell', chosen.shell);
  };
  tabs.forEach((each) => each.tab.addEventListener('click', () => choose(each)));
  list.addEventListener('keydown', (event) => {
    const at = tabs.findIndex(({tab}) => tab === event.target);
    const next = at < 0 ? undefined : nextTab(event.key, at, tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    choose(tabs[next]!);
    tabs[next]!.tab.focus();
  });
  choose(tabs.find(({shell}) => shell === recall('shell')) ?? tabs[0]!);
}

function nextTab(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (at + 1) % count;
  if (key === 'ArrowLeft') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

function tabFor(panel: HTMLElement, report: Report, say: (text: string) => void): Tab {
  const shell = panel.dataset.shell ?? '';
  const title = kShells[shell] ?? shell;
  const tab = element(
    'button',
    {type: 'button', role: 'tab', id: `shell-tab-${shell}`, 'aria-controls': `shell-${shell}`},
    title,
  );
  panel.id = `shell-${shell}`;
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  const line = report.command.lines[shell];
  if (typeof line === 'string') panel.append(copyButton(line, title, say));
  return {shell, tab, panel};
}

function copyButton(line: string, title: string, say: (text: string) => void): HTMLButtonElement {
  const made = button('Copy', {class: 'copy', 'aria-label': `Copy the command for ${title}`}, async () => {
    const copied = await copyText(line);
    made.textContent = copied ? 'Copied' : 'Not copied';
    say(
      copied
        ? `Copied the command for ${title}`
        : 'The browser did not allow copying: select the text and copy it by hand',
    );
    window.setTimeout(() => (made.textContent = 'Copy'), 2000);
  });
  return made;
}
