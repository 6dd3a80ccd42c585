// The page of the report as a reader uses it, with the sample's report: mouse, clipboard, addresses, themes, paper.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {join} from 'node:path';
import {isTest, needsPage, reachable, reportOf, root, sampleReport, shop, withPage} from './support.mjs';

const report = sampleReport();
const document_nodes = report.json.nodes;
const drawn = document_nodes.filter(node => !isTest(node));
const ids = nodes => nodes.map(node => node.unique_id).sort();
const mine = 'model.snowplow_shop.my_new_model';

function pageTest(name, options, look) {
  test(name, async t => {
    if (needsPage(t, report)) await withPage(report.url + (options.hash ?? ''), options, look);
  });
}

// The boxes of the graph that carry a class (or all of them), by id.
async function boxes(page, kind = '') {
  const found = await page.locator(`#graph .node[data-id]${kind}`).evaluateAll(all => all.map(box => box.dataset.id));
  return found.sort();
}

// The nodes whose rows the table shows.
async function rows(page) {
  const places = await page.locator('#nodes-table tbody tr').evaluateAll(all => all.map(row => Number(row.dataset.node)));
  return places.map(place => document_nodes[place]);
}

const box = (page, id) => page.locator(`#graph .node[data-id="${id}"]`);
const selectedName = page => page.locator('#details h2').textContent();

pageTest('it opens from disk, offline, with every node but tests drawn', {}, async page => {
  assert.equal(await page.locator('#lineage').isVisible(), true);
  assert.deepEqual(await boxes(page), ids(drawn));
  const between = report.json.edges.filter(({parent, child}) => !isTest(document_nodes[parent]) && !isTest(document_nodes[child]));
  assert.equal(Number(await page.locator('#edges').getAttribute('data-count')), between.length);
  assert.equal(await page.locator('#details').isVisible(), false);
  for (const at of await page.locator('#graph .node').all()) assert.ok(await at.isVisible());
});

pageTest('boxes do not lie on each other, and edges run from left to right', {}, async page => {
  const areas = await page.locator('#graph .node').evaluateAll(all => all.map(one => {
    const {left, right, top, bottom} = one.getBoundingClientRect();
    return {id: one.dataset.id, left, right, top, bottom};
  }));
  for (const one of areas) {
    for (const other of areas) {
      if (one === other) continue;
      const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      assert.ok(apart, `${one.id} and ${other.id}`);
    }
  }
  const left = new Map(areas.map(area => [area.id, area.left]));
  for (const {parent, child} of report.json.edges) {
    const [from, to] = [document_nodes[parent].unique_id, document_nodes[child].unique_id];
    if (left.has(from) && left.has(to)) assert.ok(left.get(from) < left.get(to), `${from} and ${to}`);
  }
});

pageTest('search finds a node; Enter shows it', {}, async page => {
  await page.fill('#search', 'MY_NEW');
  const matching = drawn.filter(node => [node.name, node.unique_id, ...node.tags].join('\n').toLowerCase().includes('my_new'));
  assert.ok(matching.length > 0 && matching.length < drawn.length);
  await page.waitForFunction(wanted => document.querySelector('#match-count').textContent.startsWith(wanted),
    `${matching.length} of ${drawn.length} `);
  assert.deepEqual(ids(await rows(page)), ids(matching));
  assert.deepEqual(await boxes(page, ':not(.dimmed)'), ids(matching));
  await page.press('#search', 'Enter');
  assert.equal(await selectedName(page), matching[0].name);
  await page.fill('#search', 'no such node');
  assert.equal(await page.locator('#nodes-table tbody tr').count(), 0);
  await page.click('#filter-reset');
  assert.equal((await rows(page)).length, drawn.length);
});

pageTest('filters leave what the document says', {}, async page => {
  const filters = {
    package: ['snowplow_shop', node => node.package_name === 'snowplow_shop'],
    type: ['exposure', node => node.resource_type === 'exposure'],
    tag: ['snowplow_unified_incremental', node => node.tags.includes('snowplow_unified_incremental')],
    state: ['new', node => node.state.is === 'new'],
  };
  for (const [name, [value, fits]] of Object.entries(filters)) {
    const matching = drawn.filter(fits);
    assert.ok(matching.length > 0 && matching.length < drawn.length, name);
    await page.selectOption(`#filter-${name}`, value);
    assert.deepEqual(ids(await rows(page)), ids(matching), name);
    assert.deepEqual(await boxes(page, ':not(.dimmed)'), ids(matching), name);
    await page.click('#filter-reset');
  }
  await page.selectOption('#filter-package', 'snowplow_shop');
  await page.selectOption('#filter-state', 'new');
  const both = drawn.filter(node => node.package_name === 'snowplow_shop' && node.state.is === 'new');
  assert.deepEqual(ids(await rows(page)), ids(both));
  await page.selectOption('#graph-scope', 'matching');
  assert.deepEqual(await boxes(page), ids(both));
});

pageTest('tests are drawn and listed on request', {}, async page => {
  await page.check('#filter-tests');
  assert.deepEqual(ids(await rows(page)), ids(document_nodes));
  assert.deepEqual(await boxes(page), ids(document_nodes));
});

test('findings: filtered, in the table, and beside the node', async t => {
  const linted = reportOf('findings', join(root, 'samples', 'shop_before_review'), 'resource_type:model');
  if (!needsPage(t, linted)) return;
  const places = new Set(linted.json.nodes.flatMap((node, place) => (node.findings.length > 0 ? [place] : [])));
  assert.ok(places.size > 0);
  await withPage(linted.url, {}, async page => {
    const severity = linted.json.findings[0].severity;
    const wanted = linted.json.nodes.filter(node => node.findings.some(at => linted.json.findings[at].severity === severity));
    await page.selectOption('#filter-finding', severity);
    assert.equal(await page.locator('#nodes-table tbody tr').count(), wanted.length);
    const finding = linted.json.findings[0];
    await page.click('#filter-reset');
    await page.locator('#findings .node-ref a').first().click();
    const text = await page.locator('#details').textContent();
    assert.ok(linted.json.findings.some(one => text.includes(one.message) && text.includes(one.rule)), finding.message);
  });
});

pageTest('a click shows a node, and marks what is upstream and downstream of it', {}, async page => {
  const place = document_nodes.findIndex(node => node.unique_id === mine);
  await page.click('#zoom-fit');
  await box(page, mine).click();
  assert.equal(await selectedName(page), 'my_new_model');
  assert.deepEqual(await boxes(page, '.selected'), [mine]);
  for (const direction of ['upstream', 'downstream']) {
    const wanted = [...reachable(report.json, place, direction)].map(at => document_nodes[at]).filter(node => !isTest(node));
    assert.ok(wanted.length > 0, direction);
    assert.deepEqual(await boxes(page, `.${direction}`), ids(wanted));
    assert.ok(Number(await page.locator('#edges').getAttribute(`data-${direction}`)) > 0, direction);
  }
  const details = await page.locator('#details').textContent();
  const node = document_nodes[place];
  for (const text of [node.unique_id, node.relation_name, node.original_file_path, node.description, ...node.reasons, ...node.tags])
    assert.ok(details.includes(text), text);
  await page.selectOption('#graph-scope', 'related');
  const related = new Set([place, ...reachable(report.json, place, 'upstream'), ...reachable(report.json, place, 'downstream')]);
  assert.deepEqual(await boxes(page), ids([...related].map(at => document_nodes[at]).filter(one => !isTest(one))));
  await page.click('#details-close');
  assert.equal(await page.locator('#details').isVisible(), false);
  assert.deepEqual(await boxes(page, '.selected'), []);
});

pageTest('a package and a folder collapse into one box and open again', {}, async page => {
  const packages = new Set(drawn.map(node => node.package_name));
  await page.click('#collapse-packages');
  const keys = await page.locator('#graph .node.box').evaluateAll(all => all.map(one => one.dataset.box));
  assert.deepEqual(keys.sort(), [...packages].map(name => `package:${name}`).sort());
  assert.deepEqual(await boxes(page), []);
  await page.click('#collapse-folders');
  assert.ok((await page.locator('#graph .node.box[data-box^="folder:"]').count()) > packages.size);
  await page.click('#expand-all');
  assert.deepEqual(await boxes(page), ids(drawn));
  await page.click('#zoom-fit');
  await box(page, mine).click();
  await box(page, mine).dblclick();
  assert.equal(await page.locator('#graph .node.box[data-box="package:snowplow_shop"]').count(), 1);
  assert.deepEqual(await boxes(page), ids(drawn.filter(node => node.package_name !== 'snowplow_shop')));
});

// The first click opens the details, which may come to lie under the second one, and may draw the graph anew.
pageTest('a double click collapses, whether the box is selected or not, wherever it stands', {}, async page => {
  for (const scope of ['all', 'related']) {
    for (const node of drawn) {
      await page.click('#expand-all');
      await page.selectOption('#graph-scope', scope);
      await page.click('#zoom-fit');
      const {x, y, width, height} = await box(page, node.unique_id).boundingBox();
      await page.mouse.dblclick(x + width / 2, y + height / 2);
      const closed = `package:${node.package_name}`;
      assert.equal(await page.locator('#details h2').textContent(), node.package_name, node.unique_id);
      assert.equal(await page.locator(`#graph .node.selected[data-box="${closed}"]`).count(), 1, node.unique_id);
      await page.waitForTimeout(10);
    }
  }
});

pageTest('a double click in the details is none on the graph', {}, async page => {
  await page.click('#zoom-fit');
  await box(page, mine).click();
  await page.locator('#details h2').dblclick();
  assert.equal(await selectedName(page), 'my_new_model');
  assert.deepEqual(await boxes(page), ids(drawn));
});

pageTest('a link to a node that is not in the report says so', {hash: '#node=model.shop.gone'}, async page => {
  const text = 'This report has no node model.shop.gone.';
  const heard = wanted => page.waitForFunction(said => document.getElementById('live').textContent === said, wanted);
  await heard(text);
  assert.equal(await page.locator('#link-message').textContent(), text);
  assert.equal(await page.locator('#details').isVisible(), false);
  await page.evaluate(id => (window.location.hash = `#node=${encodeURIComponent(id)}`), mine);
  await page.waitForFunction(() => document.querySelector('#details h2')?.textContent === 'my_new_model');
  assert.equal(await page.locator('#link-message').isVisible(), false);
  await page.evaluate(() => (window.location.hash = '#node=%'));
  await heard('This report has no node %.');
  await page.click('#zoom-fit');
  await box(page, drawn.find(node => node.unique_id !== mine).unique_id).click();
  assert.equal(await page.locator('#link-message').isVisible(), false);
});

pageTest('the graph zooms, pans and fits', {}, async page => {
  const graph = page.locator('#graph');
  const at = async name => Number(await graph.getAttribute(`data-${name}`));
  await page.click('#zoom-fit');
  const scale = await at('scale');
  await page.click('#zoom-in');
  await page.waitForFunction(before => Number(document.querySelector('#graph').dataset.scale) > before, scale);
  await page.click('#zoom-out');
  await page.click('#zoom-out');
  await page.waitForFunction(before => Number(document.querySelector('#graph').dataset.scale) < before, scale);
  const x = await at('x');
  const {x: left, y: top, width, height} = await graph.boundingBox();
  // From an empty place: below the last box, a corner of the window.
  await page.mouse.move(left + 8, top + height - 8);
  await page.mouse.down();
  await page.mouse.move(left + width / 4, top + height - 60, {steps: 4});
  await page.mouse.up();
  await page.waitForFunction(before => Number(document.querySelector('#graph').dataset.x) !== before, x);
  await page.click('#zoom-fit');
  await page.waitForFunction(before => Math.abs(Number(document.querySelector('#graph').dataset.scale) - before) < 0.01, scale);
});

pageTest('the table sorts up, down, and back to the order of dbt', {}, async page => {
  const names = async () => (await rows(page)).map(node => node.name);
  const head = page.locator('#nodes-table th[data-key="name"]');
  const before = await names();
  await head.locator('button').click();
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  assert.deepEqual(await names(), [...before].sort((a, b) => (a < b ? -1 : 1)));
  await head.locator('button').click();
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  assert.deepEqual(await names(), [...before].sort((a, b) => (a < b ? 1 : -1)));
  await head.locator('button').click();
  assert.deepEqual(await names(), before);
});

for (const shell of Object.keys(report.json.command.lines)) {
  const permissions = ['clipboard-read', 'clipboard-write'];
  pageTest(`the command for ${shell} is copied as it is`, {permissions}, async page => {
    await page.click(`#shell-tab-${shell}`);
    await page.click(`.command[data-shell="${shell}"] .copy`);
    await page.waitForFunction(() => document.getElementById('live').textContent.startsWith('Copied'));
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), report.json.command.lines[shell]);
    for (const other of Object.keys(report.json.command.lines)) {
      assert.equal(await page.locator(`.command[data-shell="${other}"] pre`).isVisible(), other === shell);
    }
  });
}

const withoutClipboard = () => Object.defineProperty(Navigator.prototype, 'clipboard', {get: () => undefined});
pageTest('a command is copied where the browser has no clipboard for pages', {init: withoutClipboard}, async page => {
  await page.click('#shell-tab-posix');
  await page.click('.command[data-shell="posix"] .copy');
  await page.waitForFunction(() => document.getElementById('live').textContent.startsWith('Copied'));
  await page.fill('#search', '');
  await page.press('#search', 'Control+V');
  assert.equal(await page.inputValue('#search'), report.json.command.lines.posix);
});

const withoutCopying = () => {
  Object.defineProperty(Navigator.prototype, 'clipboard', {get: () => undefined});
  Document.prototype.execCommand = () => false;
};
pageTest('where nothing can be copied the page says so', {init: withoutCopying}, async page => {
  await page.click('.command[data-shell="posix"] .copy');
  await page.waitForFunction(() => /did not allow/.test(document.getElementById('live').textContent));
});

async function background(page) {
  return page.evaluate(() => {
    const [r, g, b, alpha = 1] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
    return alpha === 0 ? 255 : (r + g + b) / 3;
  });
}

for (const colorScheme of ['light', 'dark']) {
  pageTest(`theme: ${colorScheme} as the system says, and the other with the button`, {colorScheme}, async page => {
    const isDark = async () => (await background(page)) < 128;
    assert.equal(await isDark(), colorScheme === 'dark');
    await page.click('#theme-toggle');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme === 'dark' ? 'light' : 'dark');
    assert.equal(await isDark(), colorScheme !== 'dark');
  });

  pageTest(`theme ${colorScheme}: text stands out from what is behind it`, {colorScheme}, async page => {
    const poor = await page.evaluate(contrasts);
    assert.deepEqual(poor, []);
  });
}

// Texts with less contrast than WCAG's AA asks for, 4.5 to 1 (3 to 1 where they are large).
function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const colour = text => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) => front.slice(0, 3).map((part, i) => part * front[3] + back[i] * (1 - front[3]));
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(colour(getComputedStyle(at).backgroundColor));
    return layers.reduce((back, layer) => over(layer, back), [255, 255, 255]);
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(part => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = new Set();
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!text || !element.checkVisibility({opacityProperty: true, visibilityProperty: true}) || element.disabled) continue;
    if (element.closest('svg, script')) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const [one, other] = [light(over(colour(style.color), back)), light(back)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${element.localName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
}

pageTest('an address names a node', {hash: `#node=${encodeURIComponent(mine)}`}, async page => {
  assert.equal(await selectedName(page), 'my_new_model');
  assert.deepEqual(await boxes(page, '.selected'), [mine]);
  const other = drawn.find(node => node.unique_id !== mine);
  await page.evaluate(hash => { location.hash = hash; }, `#node=${encodeURIComponent(other.unique_id)}`);
  await page.waitForFunction(name => document.querySelector('#details h2').textContent === name, other.name);
  await page.click('#zoom-fit');
  await box(page, mine).click();
  await page.waitForFunction(hash => location.hash === hash, `#node=${encodeURIComponent(mine)}`);
  await page.click('#details-close');
  await page.waitForFunction(() => location.hash === '');
});

for (const hash of ['#node=', '#node=model.shop.no_such', '#node=%E0%A4%A', '#nodes', '#node=%3Cscript%3E']) {
  pageTest(`an address that names nothing does nothing: ${hash}`, {hash}, async page => {
    assert.equal(await page.locator('#details').isVisible(), false);
  });
}

pageTest('paper: every row, black on white, and nothing to click', {colorScheme: 'dark'}, async (page, context) => {
  await page.fill('#search', 'my_new_model');
  await page.emulateMedia({media: 'print'});
  assert.ok((await background(page)) > 200);
  for (const control of ['#search', '#theme-toggle', '#zoom-fit', '#collapse-packages', '.command[data-shell="posix"] .copy']) {
    assert.equal(await page.locator(control).isVisible(), false, control);
  }
  for (const shell of Object.keys(report.json.command.lines)) {
    assert.equal(await page.locator(`.command[data-shell="${shell}"] pre`).isVisible(), true, shell);
  }
  const paper = await page.pdf({format: 'A4'});
  assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
});

test('a selection without a command has a page all the same', async t => {
  const sources = reportOf('sources', shop, 'source:*');
  if (!needsPage(t, sources)) return;
  assert.equal(sources.json.command, null);
  await withPage(sources.url, {}, async page => {
    assert.equal(await page.locator('.copy').count(), 0);
    assert.ok((await page.locator('#graph .node').count()) > 0);
  });
});
