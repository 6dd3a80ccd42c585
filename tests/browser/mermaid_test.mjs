// What plowline draws for Mermaid, read by Mermaid itself, set up as GitHub has it: strict, and with its own limits.
import assert from 'node:assert/strict';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {writeFileSync} from 'node:fs';
import {hostileManifest} from './manifests.mjs';
import {packages, plowline, projectOf, root, shop, work} from './support.mjs';
import {theBrowser} from './support.mjs';

const samples = join(root, 'samples');

// Runs `look` in a page that has Mermaid and nothing else; nothing may be requested there, and no dialog may open.
async function withMermaid(look) {
  const context = await (await theBrowser()).newContext({offline: true});
  const complaints = [];
  try {
    const page = await context.newPage();
    page.on('dialog', dialog => complaints.push(dialog.message()) && dialog.dismiss());
    const file = join(work, 'reports', 'empty.html');
    writeFileSync(file, '<!doctype html><html><head><meta charset="utf-8"></head><body></body></html>');
    await page.goto(pathToFileURL(file).href);
    await page.addScriptTag({path: join(dirname(packages.resolve('mermaid')), 'mermaid.min.js')});
    await page.evaluate(() => globalThis.mermaid.initialize({startOnLoad: false, securityLevel: 'strict'}));
    page.on('request', request => complaints.push(request.url()));
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

// What Mermaid draws of `text`: the labels of the nodes, by their ids in the text; the number of edges; the kinds of
// elements; its own complaint where it does not read it.
function draw(page, text) {
  return page.evaluate(async text => {
    try {
      await globalThis.mermaid.parse(text);
      const {svg} = await globalThis.mermaid.render('drawn', text);
      const holder = document.createElement('div');
      holder.innerHTML = svg;
      document.body.append(holder);
      const labels = {};
      for (const node of holder.querySelectorAll('g.node')) {
        labels[/(n\d+)-\d+$/.exec(node.id)[1]] = node.querySelector('.nodeLabel, text').textContent;
      }
      const elements = [...new Set([...holder.querySelectorAll('*')].map(element => element.localName))];
      const handlers = [...holder.querySelectorAll('*')].flatMap(element =>
        [...element.attributes].map(attribute => attribute.name).filter(name => name.startsWith('on')));
      const edges = holder.querySelectorAll('.edgePaths > path, .edgePaths > g').length;
      holder.remove();
      return {labels, edges, elements, handlers};
    } catch (error) {
      return {error: String(error)};
    }
  }, text);
}

// The labels that the text means, by id.
function labelsIn(text) {
  const labels = {};
  for (const line of text.split('\n')) {
    const node = /^ {2}(n\d+)(?:\["|\[\("|\(\[")(.*?)(?:"\]|"\)\]|"\]\))$/.exec(line);
    if (node) labels[node[1]] = node[2].replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  }
  return labels;
}

// A label may be broken over lines and its blanks joined.
const plain = text => text.replace(/[\s\u00a0]+/g, ' ').trim();

function check(drawn, text) {
  assert.equal(drawn.error, undefined);
  const wanted = labelsIn(text);
  assert.ok(Object.keys(wanted).length > 0);
  assert.deepEqual(Object.keys(drawn.labels).sort(), Object.keys(wanted).sort());
  for (const [id, label] of Object.entries(wanted)) assert.equal(plain(drawn.labels[id]), plain(label));
  assert.equal(drawn.edges, text.split('\n').filter(line => line.includes(' --> ')).length);
  const allowed = new Set(['svg', 'g', 'path', 'rect', 'polygon', 'circle', 'ellipse', 'line', 'marker', 'style', 'defs', 'text',
    'tspan', 'foreignobject', 'foreignObject', 'div', 'span', 'p', 'br', 'filter', 'feDropShadow', 'linearGradient', 'stop']);
  assert.deepEqual(drawn.elements.filter(name => !allowed.has(name)), []);
  assert.deepEqual(drawn.handlers, []);
}

function graphOf(folder, ...words) {
  return plowline(folder, 'report', ...words, '--format', 'mermaid');
}

function blocksOf(markdown) {
  return [...markdown.matchAll(/^```mermaid\n(.*?)^```$/gms)].map(match => match[1]);
}

test('mermaid reads the graph of every selection of the samples, and draws the names', async () => {
  await withMermaid(async page => {
    for (const [folder, ...words] of [
      [shop, '+my_new_model', '--state', 'production'],
      [shop, '*'],
      [shop, 'resource_type:test'],
      [join(samples, 'jaffle_without_snowplow'), '*'],
    ]) {
      const text = graphOf(folder, ...words);
      check(await draw(page, text), text);
    }
  });
});

test('mermaid reads the graph within the Markdown report', async () => {
  await withMermaid(async page => {
    const markdown = plowline(shop, 'report', '+my_new_model', '--state', 'production');
    const blocks = blocksOf(markdown);
    assert.equal(blocks.length, 1);
    assert.equal(blocks[0], graphOf(shop, '+my_new_model', '--state', 'production'));
    check(await draw(page, blocks[0]), blocks[0]);
  });
});

test('mermaid draws hostile names as text', async () => {
  const folder = projectOf('hostile', hostileManifest());
  await withMermaid(async page => {
    const text = graphOf(folder, '*');
    check(await draw(page, text), text);
    for (const block of blocksOf(plowline(folder, 'report', '*'))) check(await draw(page, block), block);
  });
});

test('the test notices what Mermaid does not read', async () => {
  await withMermaid(async page => {
    assert.notEqual((await draw(page, 'flowchart LR\n  n0["a"b"]\n')).error, undefined);
    assert.throws(() => check({labels: {n0: 'b'}, edges: 0, elements: [], handlers: []}, '  n0["a"]'));
  });
});
