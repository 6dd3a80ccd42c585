// A manifest of an attacker: whatever stands in it is shown, and nothing of it acts. Not in the page, not in the static
// report, and not in the Markdown.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {hostileManifest, hostileWords} from './manifests.mjs';
import {needsPage, packages, plowline, projectOf, reportOf, theBrowser, withPage, work} from './support.mjs';

const folder = projectOf('hostile', hostileManifest());
const report = reportOf('hostile', folder, '*');

// What is in the document that a report has no use for: elements, attributes, addresses.
function foreign() {
  const known = new Set(('html head meta title style body header main footer section aside div p span bdi code pre b ul ol li dl dt dd ' +
    'h1 h2 h3 h4 table thead tbody tr th td details summary script noscript br button input select option label a svg path g canvas wbr ' +
    'textarea strong em').split(' '));
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    if (!known.has(element.localName)) found.push(`<${element.localName}>`);
    for (const {name, value} of element.attributes) {
      if (name.startsWith('on') || name === 'src' || name === 'srcset' || name === 'action' || name === 'srcdoc') found.push(`${name}=${value}`);
      if ((name === 'href' || name === 'xlink:href') && !value.startsWith('#')) found.push(`${name}=${value}`);
    }
  }
  const scripts = [...document.scripts].map(script => script.type);
  if (scripts.filter(type => type !== 'application/json').length > 1) found.push('another script');
  if (document.querySelectorAll('style').length !== 1) found.push('another style');
  if (document.querySelectorAll('meta[http-equiv]').length !== 1) found.push('another http-equiv');
  if (document.querySelectorAll('h1').length !== 1) found.push('another title');
  if (window.pwned !== undefined) found.push('a script ran');
  return found;
}

const shownAs = text => text.replace(/\s+/g, ' ').trim();

test('hostile: the static report', async () => {
  await withPage(report.url, {javaScriptEnabled: false}, async page => {
    assert.equal(await page.locator('#nodes-table tbody tr').count(), report.json.nodes.length);
    // Playwright's own code may run where that of the document may not.
    assert.deepEqual(await page.evaluate(foreign), []);
    const names = await page.locator('#nodes-table tbody th bdi').allTextContents();
    for (const [place, node] of report.json.nodes.entries()) {
      // Control characters and those that turn the direction of text are shown escaped.
      if (/^[\x20-\x7e]*$/.test(node.name)) assert.equal(names[place], node.name);
    }
    for (const name of names) assert.doesNotMatch(name, /[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u061c]/);
  });
});

test('hostile: the page, and every node in it', async t => {
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    assert.deepEqual(await page.evaluate(foreign), []);
    for (const node of report.json.nodes) {
      await page.evaluate(hash => { location.hash = hash; }, `#node=${encodeURIComponent(node.unique_id)}`);
      await page.waitForFunction(id => document.querySelector('.node.selected')?.dataset.id === id, node.unique_id);
      const heading = await page.locator('#details h2').textContent();
      if (node.name.length < 100) assert.equal(shownAs(heading), shownAs(node.name));
      assert.deepEqual(await page.evaluate(foreign), []);
    }
  });
});

test('hostile: search, filters, boxes and commands', async t => {
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    for (const word of hostileWords.filter(one => one.length < 200)) {
      await page.fill('#search', word.replace(/[\r\n]/g, ' '));
    }
    await page.fill('#search', '');
    for (const name of ['package', 'type', 'tag']) {
      const values = await page.locator(`#filter-${name} option`).evaluateAll(all => all.map(option => option.value));
      for (const value of values) {
        await page.selectOption(`#filter-${name}`, {value});
        if (name === 'tag' && value !== '') {
          assert.equal(await page.locator('#nodes-table tbody tr').count(), report.json.nodes.filter(node => node.tags.includes(value)).length);
        }
      }
      await page.selectOption(`#filter-${name}`, '');
    }
    await page.click('#collapse-packages');
    for (const box of await page.locator('#graph .node.box').all()) await box.dispatchEvent('click');
    await page.click('#collapse-folders');
    for (const box of await page.locator('#graph .node.box').all()) await box.dispatchEvent('click');
    assert.deepEqual(await page.evaluate(foreign), []);
  });
});

test('hostile: nothing is as wide as its name', async t => {
  if (!needsPage(t, report)) return;
  await withPage(report.url, {}, async page => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(width <= 0, `the page is ${width} pixels wider than the window`);
  });
});

// Mermaid brings a renderer of Markdown that lets HTML through: what is harmless in it is harmless on GitHub, which does not.
test('hostile: the Markdown', async () => {
  const {marked} = createRequire(packages.resolve('mermaid'))('marked');
  const markdown = plowline(folder, 'report', '*');
  const html = marked.parse(markdown, {gfm: true});
  const file = join(work, 'reports', 'hostile_markdown.html');
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><body>${html}`);
  const context = await (await theBrowser()).newContext({offline: true});
  const complaints = [];
  try {
    const page = await context.newPage();
    page.on('dialog', dialog => complaints.push(dialog.message()) && dialog.dismiss());
    page.on('request', request => request.url() !== pathToFileURL(file).href && complaints.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    const found = await page.evaluate(() => {
      const known = new Set('html head meta body h1 h2 h3 h4 p pre code table thead tbody tr th td details summary strong br ul li sub'.split(' '));
      const others = [...document.querySelectorAll('*')].map(element => element.localName).filter(name => !known.has(name));
      const handlers = [...document.querySelectorAll('*')].flatMap(element => [...element.attributes].map(attribute => attribute.name))
        .filter(name => name.startsWith('on') || name === 'href' || name === 'src');
      return {others, handlers, pwned: window.pwned === undefined ? 'no' : 'yes', rows: document.querySelectorAll('tbody tr').length};
    });
    assert.deepEqual({...found, rows: 0}, {others: [], handlers: [], pwned: 'no', rows: 0});
    assert.ok(found.rows > 10);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
  assert.ok(readFileSync(file, 'utf8').includes('&lt;'));
});
