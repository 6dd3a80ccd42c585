// How long the report of 2,000 nodes takes: prints one line of JSON, in seconds. Never a test; `make bench` prints it.
//
//   open    from the navigation until everything is drawn
//   search  from a key in the search field until the picture is new
//   select  from a click on a node until the picture is new
import {manyNodes} from './manifests.mjs';
import {projectOf, reportOf, theBrowser, withPage} from './support.mjs';

const rounds = 5;
const report = reportOf('many', projectOf('many', manyNodes(2000)), '*', '--no-lint');
const times = {open: [], search: [], select: []};

function watch() {
  new MutationObserver((_, observer) => {
    if (document.documentElement?.dataset.ready !== 'true') return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.drawnAt = performance.now(); }));
  }).observe(document, {attributes: true, subtree: true, attributeFilter: ['data-ready']});
}

// Runs in the page: seconds from `act` until the frame after it has been drawn.
function secondsOf(what) {
  const start = performance.now();
  if (what === 'search') {
    const field = document.getElementById('search');
    field.value = 'model_012';
    field.dispatchEvent(new Event('input', {bubbles: true}));
  } else {
    document.querySelectorAll('#graph .node')[1000].click();
  }
  return new Promise(done => requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000))));
}

if (report.hasPage) {
  for (let round = 0; round <= rounds; ++round) {
    await withPage(report.url, {init: watch}, async page => {
      const open = await page.waitForFunction(() => window.drawnAt).then(value => value.jsonValue());
      const search = await page.evaluate(secondsOf, 'search');
      const select = await page.evaluate(secondsOf, 'select');
      if (round === 0) return; // it warms up
      times.open.push(open / 1000);
      times.search.push(search);
      times.select.push(select);
    });
  }
  console.log(JSON.stringify(times));
} else {
  console.log('SKIPPED: plowline was built without the page of its HTML report');
}
await (await theBrowser()).close();
