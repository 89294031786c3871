"use strict";
// Sends what waits, in the order in which it was scanned, once: one tab at a time where the browser can say so, and else the
// receipt's id keeps the server from counting twice. Tries again by itself, ever more slowly; what the server refuses is
// shown until a person has seen it.
import * as queue from "./receive-queue.js";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const unsent = document.getElementById("unsent");
const others = document.getElementById("others");
const refused = document.getElementById("refused");
const offline = document.getElementById("offline");
let page = null; // What the page lends: its counter, and how it renews its list, speaks, and settles a row.
let pause = FIRST_PAUSE;
let timer = 0;
let busy = false;
let left = 0;

export const waiting = () => left > 0;

export function start(lent) {
  page = lent;
  addEventListener("online", wake);
  others.querySelector("[data-adopt]").addEventListener("click", adopt);
  wake();
}

// Sends what may be sent now.
export function wake() {
  pause = FIRST_PAUSE;
  plan(0);
}

function plan(after) {
  clearTimeout(timer);
  timer = setTimeout(send, after);
}

async function send() {
  if (busy || !page) return show();
  busy = true;
  try {
    if (navigator.locks) await navigator.locks.request("stockbridge-receiving", { ifAvailable: true }, (lock) => (lock ? sendAll() : plan(LONGEST_PAUSE / 10)));
    else await sendAll();
    offline.hidden = true;
    pause = FIRST_PAUSE;
  } catch (failed) {
    offline.textContent = failed.words ?? "No contact with the server. Go on scanning: what you scan is kept here and sent when the network is back.";
    offline.hidden = false;
    plan(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  } finally {
    busy = false;
    await show();
  }
}

async function sendAll() {
  for (;;) {
    const group = await queue.next(page.counter.dataset.person);
    if (!group.length) return planHeld();
    await show();
    await post(group);
  }
}

// What a person may still change is sent when the time for that is over, also after a reload.
async function planHeld() {
  const ends = (await queue.all()).filter(queue.isHeld).map((entry) => entry.until);
  if (ends.length) plan(Math.min(...ends) - Date.now() + 100);
}

async function post(group, again = false) {
  const answer = await fetch(`/receive/${encodeURIComponent(group[0].place)}/receipts`, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-Form-Key": page.counter.dataset.key },
    body: JSON.stringify(receiptOf(group)),
  });
  if (answer.ok) return taken(group, await answer.json());
  const before = page.counter.dataset.person;
  const out = answer.type === "opaqueredirect" || answer.status === 401;
  // After another sign-in, forms have another key.
  if (out || (answer.status === 403 && !again)) {
    if (!(await page.renew())) throw { words: "You are no longer signed in. Nothing is lost: sign in again in another tab, and what you scanned is sent." };
    if (page.counter.dataset.person !== before) return;
    if (!out) return post(group, true);
  }
  if (out || answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
  const { detail } = await answer.json().catch(() => ({ detail: "The server did not take it, and gave no reason." }));
  const ids = new Set(group.map((entry) => entry.id));
  await queue.amendAll((entry) => ids.has(entry.id), (entry) => ({ ...entry, refused: detail }));
  for (const entry of group) if (entry.item) page.settle(entry.item, "outstanding");
}

function receiptOf(group) {
  const own = { receipt_id: group[0].receipt, consignment_id: group[0].consignment };
  return group[0].finish ? { ...own, scans: [], complete: true, parcel_id: group[0].finish } : { ...own, scans: group.map((entry) => entry.scan) };
}

async function taken(group, { items, already_counted: already }) {
  // A colleague took that very copy meanwhile: another copy of the same title is as good.
  for (const { scan, receipt, id, ...entry } of group) {
    const { item_id: item, isbn, ...rest } = scan ?? {};
    if (isbn && already.includes(item)) await queue.add({ ...entry, item: null, scan: { ...rest, isbn } });
    else if (scan && already.length && !items.some((one) => one.item_id === item)) page.say("warn", "Already counted", entry.title);
  }
  await queue.drop(group.map((entry) => entry.id));
  for (const { item_id: item, state } of items) page.settle(item, state);
}

async function show() {
  const entries = await queue.all();
  const { person } = page.counter.dataset;
  const mine = entries.filter((entry) => entry.person === person && !entry.refused);
  const foreign = entries.filter((entry) => entry.person !== person);
  left = mine.length;
  const number = mine.filter((entry) => !queue.isHeld(entry)).length;
  unsent.hidden = !number;
  unsent.textContent = number ? `${number} not sent yet; ${number === 1 ? "it is" : "they are"} sent by ${number === 1 ? "itself" : "themselves"}.` : "";
  others.hidden = !foreign.length;
  others.querySelector("p").textContent = `${foreign.length} scanned by ${[...new Set(foreign.map((entry) => entry.person))].join(", ")} and not sent. They are sent when that person signs in here, or in your name if you say so.`;
  refused.replaceChildren(...entries.filter((entry) => entry.refused && entry.person === person).map(told));
}

function told(entry) {
  const line = document.createElement("li");
  line.className = "problem";
  line.textContent = `${entry.title}: not taken. ${entry.refused} `;
  const seen = document.createElement("button");
  seen.type = "button";
  seen.textContent = "I have seen it";
  seen.addEventListener("click", async () => { await queue.drop([entry.id]); await show(); });
  line.append(seen);
  return line;
}

async function adopt() {
  const { person } = page.counter.dataset;
  await queue.amendAll((entry) => entry.person !== person, (entry) => ({ ...entry, person }));
  wake();
}
