"use strict";
// What was scanned and not yet sent, in the browser's own database: it outlives a reload, a sign-out and a crash.
// Two tabs share it. A receipt gets its id in one transaction with the scans that it contains, so that two tabs never
// make two receipts of one scan; the same receipt sent twice is counted once by the server.

const NAME = "stockbridge-receiving";
const SCANS = "scans";
const MOST_AT_ONCE = 50;

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SCANS, { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inside(doing, mode = "readwrite") {
  const transaction = (await database()).transaction(SCANS, mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await doing(transaction.objectStore(SCANS));
  await done;
  return result;
}

// An entry: {id, place, person, consignment, item, title, scan | finish and items, until, receipt, refused}. Before `until`, a
// person may still change it, and it is in no receipt.
export const isHeld = (entry) => (entry.until ?? 0) > Date.now();

export const all = () => inside((store) => answered(store.getAll()), "readonly");

export const add = (entry) => inside((store) => answered(store.add(entry)));

export const drop = (ids) => inside(async (store) => { for (const id of ids) await answered(store.delete(id)); });

// Changes an entry that no receipt contains yet. Returns whether it could; `change` returns null to remove the entry.
export const amend = (id, change) => inside(async (store) => {
  const entry = await answered(store.get(id));
  if (!entry || entry.receipt) return false;
  const next = change(entry);
  await answered(next ? store.put(next) : store.delete(id));
  return true;
});

export const amendAll = (wanted, change) => inside(async (store) => {
  for (const entry of await answered(store.getAll())) if (wanted(entry)) await answered(store.put(change(entry)));
});

// Returns the scans of the next receipt: one that was begun before, else the next scans of one consignment, which get its id now.
export const next = (person) => inside(async (store) => {
  const waiting = (await answered(store.getAll())).filter((entry) => entry.person === person && !entry.refused);
  const begun = waiting.find((entry) => entry.receipt);
  if (begun) return waiting.filter((entry) => entry.receipt === begun.receipt);
  const free = waiting.filter((entry) => !isHeld(entry));
  if (!free.length) return [];
  const same = free.filter((entry) => entry.consignment === free[0].consignment);
  const end = same.findIndex((entry) => entry.finish);
  const group = end === 0 ? same.slice(0, 1) : same.slice(0, end > 0 ? end : MOST_AT_ONCE).slice(0, MOST_AT_ONCE);
  const receipt = newId();
  for (const entry of group) {
    entry.receipt = receipt;
    await answered(store.put(entry));
  }
  return group;
});

// As crypto.randomUUID, which only pages under https have.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
