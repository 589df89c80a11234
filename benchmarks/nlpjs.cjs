// NLP.js on the phrases and questions that benchmarks/node.py names; writes the fields of a `trial.Run` as JSON.
'use strict';
const fs = require('node:fs');

const HELD = 5;
const task = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const { dockStart } = require(task.modules);

// The same as intents.text.fold.
function fold(text) {
  const bare = text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd');
  return bare.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

function residentMb() {
  global.gc();
  return process.memoryUsage().rss / 1e6;
}

function busySince(start) {
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1e6;
}

async function build(lines) {
  const settings = { nlp: { languages: ['vi'], autoSave: false, autoLoad: false, log: false, nlu: { log: false } } };
  const dock = await dockStart({ settings, use: ['Basic'] });
  const nlp = dock.get('nlp');
  nlp.addLanguage('vi');
  for (const line of lines) {
    const tab = line.indexOf('\t');
    nlp.addDocument('vi', line.slice(tab + 1), line.slice(0, tab));
  }
  await nlp.train();
  return nlp;
}

async function answer(nlp, entries, question) {
  const done = await nlp.process('vi', fold(question));
  const ranked = (done.classifications || []).filter((each) => each.score > 0).map((each) => Number(each.intent));
  return ranked.filter((owner) => Number.isInteger(owner) && owner < entries).slice(0, HELD);
}

async function main() {
  const [head, ...lines] = fs.readFileSync(task.phrases, 'utf8').trimEnd().split('\n');
  const entries = Number(head);
  const before = residentMb();
  const startedBusy = process.cpuUsage();
  const started = performance.now();
  const nlp = await build(lines);
  const buildS = (performance.now() - started) / 1000;
  const buildBusyS = busySince(startedBusy);
  const warmEnd = performance.now() + task.limit_s * task.warm_share * 1000;
  for (const question of task.warm) {
    await answer(nlp, entries, question);
    if (performance.now() > warmEnd) break;
  }
  const result = { build_s: buildS, build_busy_s: buildBusyS, memory_mb: 0, seconds: [], busy: [], answers: [] };
  const end = performance.now() + task.limit_s * 1000;
  for (const question of task.asked) {
    const busy = process.cpuUsage();
    const begin = performance.now();
    const found = await answer(nlp, entries, question);
    const done = performance.now();
    result.busy.push(busySince(busy));
    result.seconds.push((done - begin) / 1000);
    result.answers.push(found);
    if (done > end) break;
  }
  result.memory_mb = residentMb() - before;
  fs.writeFileSync(task.result, JSON.stringify(result));
}

main();
