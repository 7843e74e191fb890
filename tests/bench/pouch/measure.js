// measure.js - PouchDB (LevelDB) fetching 20,000 notices from pouchdb-server, then finding nothing new.
// usage: node measure.js SERVER_URL NOTICES.jsonl WORKDIR; prints "initial SECONDS" and "no_change MS".
'use strict';
const fs = require('fs');
const path = require('path');
const modules = path.join(process.env.POUCH_DIR, 'node_modules');
const PouchDB = require(path.join(modules, 'pouchdb-node'));

const [url, file, work] = process.argv.slice(2);
const ROUNDS = 3;
const POLLS = 20;
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function seed(remote) {
  const docs = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => {
    const doc = JSON.parse(line);
    doc._id = String(doc.id).padStart(8, '0');
    delete doc.id;
    return doc;
  });
  for (let i = 0; i < docs.length; i += 1000) await remote.bulkDocs(docs.slice(i, i + 1000));
  return docs.length;
}

async function pull(local, remote) {
  const began = now();
  await local.replicate.from(remote, { batch_size: 1000 });
  return now() - began;
}

async function main() {
  const remote = new PouchDB(url + '/notices');
  const rows = await seed(remote);
  const initial = [];
  const still = [];
  for (let i = 0; i < ROUNDS; i++) {
    const local = new PouchDB(path.join(work, 'local' + i));
    initial.push(await pull(local, remote));
    const info = await local.info();
    if (info.doc_count !== rows) throw new Error('only ' + info.doc_count + ' arrived');
    for (let k = 0; k < POLLS; k++) still.push(await pull(local, remote));
    await local.close();
  }
  still.sort((a, b) => a - b);
  console.log('initial ' + (Math.min(...initial) / 1000).toFixed(3));
  console.log('no_change ' + still[still.length >> 1].toFixed(3));
}

main().then(() => process.exit(0), (e) => {
  console.error(e);
  process.exit(1);
});
