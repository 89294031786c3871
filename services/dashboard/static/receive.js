"use strict";
// The counter: each scan is answered from the list in the page, kept, and sent as soon as the network lets it. A scan is held
// back until the next one, or for some seconds, so that a person can still say what is wrong with the book.
import * as list from "./receive-list.js";
import { start, wake, waiting } from "./receive-sending.js";
import * as queue from "./receive-queue.js";

const HELD = 12_000;
const RENEW = 30_000;
const counter = document.getElementById("counter");
const field = document.getElementById("code");
const answer = document.getElementById("answer");
const panel = document.getElementById("mark");
const note = document.getElementById("note");
let held = null; // The entry that a person may still change: {id, item}; without an id, a row that was chosen by hand.
let timer = 0;
let parcel = null; // The section of the parcel in hand.
let label = ""; // A barcode that no item has: it is put on the next title that is scanned.

function say(look, line, more = "") {
  answer.className = `said ${look}`;
  const strong = document.createElement("strong");
  strong.textContent = line;
  const small = document.createElement("span");
  small.textContent = more;
  answer.replaceChildren(strong, small);
}

// Below an answer: what the code is not expected for is reported with the delivery in hand, as too much or as wrong.
function offer(code, words) {
  const section = parcel ?? list.only();
  if (!section) return;
  answer.append(button(words, () => inTurn(() => report(section, code))));
}

async function report(section, code) {
  const { place, person } = counter.dataset;
  const scan = list.isTitle(code) ? { isbn: code } : { barcode: code };
  await queue.add({ place, person, consignment: section.dataset.consignment, item: null, title: code, scan });
  say("warn", "Reported", `${code} came with this delivery and was not expected in it. Keep it aside.`);
  wake();
  focus();
}

const focus = () => field.focus({ preventScroll: true });
const named = (one) => [one.dataset.title, one.dataset.for && `for ${one.dataset.for}`].filter(Boolean).join(", ");

function keep(one, scan, until = 0) {
  const { item, consignment, title } = one.dataset;
  const { place, person } = counter.dataset;
  return queue.add({ place, person, consignment, item, title, until, scan: { item_id: item, ...scan } });
}

async function take(one, scan) {
  await release();
  const id = await keep(one, { condition: "ok", ...scan }, Date.now() + HELD);
  list.show(one, "received");
  list.count();
  say("good", "Received", named(one));
  hold(id, one);
}

function hold(id, one) {
  held = { id, item: one.dataset.item };
  note.value = "";
  panel.hidden = false;
  document.getElementById("marked").textContent = id ? `Something wrong with ${one.dataset.title}?` : one.dataset.title;
  pressed({ condition: id ? "ok" : "" });
  clearTimeout(timer);
  if (id) timer = setTimeout(() => inTurn(release), HELD);
}

async function release() {
  clearTimeout(timer);
  const id = held?.id;
  held = null;
  panel.hidden = true;
  const more = note.value ? { note: note.value } : {};
  if (id) await queue.amend(id, (entry) => ({ ...entry, until: 0, scan: { ...entry.scan, ...more } }));
  wake();
}

function pressed(scan) {
  for (const button of panel.querySelectorAll("[data-mark]")) button.setAttribute("aria-pressed", button.dataset.mark === scan.condition);
  const faults = new Set((scan.servicing ?? []).map((fault) => fault.kind));
  for (const button of panel.querySelectorAll("[data-fault]")) button.setAttribute("aria-pressed", faults.has(button.dataset.fault));
}

// Changes what is said about a book: that in hand when the person clicked. A row chosen by hand gets its entry now.
async function mark(about, change) {
  if (!about) return;
  const one = list.row(about.item);
  const until = Date.now() + HELD;
  about.id ??= await keep(one, { condition: "ok" }, until);
  const words = about === held && note.value ? { note: note.value } : {};
  let scan = null;
  const could = await queue.amend(about.id, (entry) => {
    scan = change({ ...entry.scan, ...words });
    return { ...entry, until: about === held ? until : 0, scan };
  });
  if (!could) return say("warn", "Sent already", "It can no longer be changed here. Report it to the people who deal with the supplier.");
  const state = scan.condition === "ok" ? "received" : scan.condition;
  list.show(one, state);
  list.count();
  const faults = (scan.servicing ?? []).length ? ", servicing to be put right" : "";
  say(state === "received" ? "good" : "bad", { received: "Received", damaged: "Damaged", missing: "Missing" }[state] + faults, named(one));
  if (about !== held) return wake();
  pressed(scan);
  clearTimeout(timer);
  timer = setTimeout(() => inTurn(release), HELD);
}

const toCondition = (condition) => (scan) => {
  const { servicing, ...rest } = scan;
  return condition === "ok" && servicing ? { ...rest, servicing, condition } : { ...rest, condition };
};

const toFault = (kind) => (scan) => {
  const before = scan.servicing ?? [];
  const without = before.filter((fault) => fault.kind !== kind);
  return { ...scan, condition: "ok", servicing: without.length < before.length ? without : [...before, { kind }] };
};

async function undo(about) {
  if (!about) return;
  const one = list.row(about.item);
  const could = !about.id || (await queue.amend(about.id, () => null));
  if (!could) return say("warn", "Sent already", "It can no longer be undone here.");
  list.show(one, "outstanding");
  list.count();
  note.value = "";
  await release();
  say("quiet", "Undone", named(one));
}

async function scanned(code) {
  const { kind, one } = list.decide(code, parcel);
  if (kind === "take") {
    const scan = { ...(label && list.isTitle(code) && !one.dataset.barcode ? { barcode: label } : {}) };
    label = "";
    if (one.closest(".parcel")) parcel = one.closest(".parcel");
    return take(one, list.isTitle(code) ? { ...scan, isbn: code } : scan);
  }
  await release();
  if (kind === "parcel") {
    parcel = one;
    one.scrollIntoView({ block: "nearest" });
    const left = list.left(one).length;
    return say(left ? "busy" : "warn", left ? `Parcel with ${left} to unpack` : "Already unpacked", left ? "Scan each book, or choose “All are here”." : code);
  }
  if (kind === "already") {
    say("warn", `Already ${one.dataset.state}`, `${named(one)}. Nothing is counted again.`);
    return list.isTitle(code) && offer(code, "It is one more: report it");
  }
  return lookUp(code);
}

const LOOKS = { already: "warn", elsewhere: "bad", not_despatched: "warn", not_wanted: "warn", unknown: "bad", expected: "busy" };
const LINES = { already: "Already counted", elsewhere: "Not for here", not_despatched: "Not announced", not_wanted: "Cancelled", unknown: "Not known", expected: "Expected" };

async function lookUp(code) {
  say("quiet", "Looking …", code);
  try {
    const found = await fetch(`${location.pathname}/scans?code=${encodeURIComponent(code)}`, { redirect: "manual" });
    if (!found.ok) throw new Error(found.status);
    const { outcome, advice } = await found.json();
    if (outcome === "expected") {
      await renew();
      const again = list.decide(code, parcel);
      if (again.kind === "take") return take(again.one, list.isTitle(code) ? { isbn: code } : {});
    }
    if (outcome === "unknown" && !list.isTitle(code)) {
      label = code;
      say("warn", "Not known", "If this is the label of a book of this delivery, scan the ISBN on its back now.");
    } else say(LOOKS[outcome] ?? "warn", LINES[outcome] ?? outcome, advice);
    if (["unknown", "not_wanted", "not_despatched"].includes(outcome)) offer(code, "Report it with this delivery");
  } catch {
    say("warn", "Not in today’s list", `${code}: keep it aside, and scan it again when the network is back.`);
  }
}

async function renew() {
  const { signedOut, counter: fresh } = await list.renew();
  if (!signedOut && fresh) Object.assign(counter.dataset, { key: fresh.dataset.key, person: fresh.dataset.person });
  parcel = parcel && list.section(parcel.dataset);
  await overlay();
  return !signedOut && !!fresh;
}

// What is not sent yet is so for the person, whatever the server's list says.
async function overlay() {
  for (const entry of await queue.all()) {
    const one = entry.item && list.row(entry.item);
    if (one && !entry.refused && entry.scan) list.show(one, entry.scan.condition === "ok" ? "received" : entry.scan.condition);
    if (entry.finish && !entry.refused) for (const each of list.rows().filter((one) => entry.items.includes(one.dataset.item))) list.show(each, "missing");
  }
  list.count();
}

async function allHere(section) {
  await release();
  const open = list.left(section);
  for (const one of open) {
    await keep(one, { condition: "ok" });
    list.show(one, "received");
  }
  list.count();
  say("good", `${open.length} received`, "The whole parcel is unpacked.");
  wake();
}

function askFinish(section) {
  const open = list.left(section);
  const ask = section.querySelector(".finish");
  const line = document.createElement("p");
  line.textContent = `${open.length} not scanned: ${open.map((one) => one.dataset.title).join("; ")}. Are they really not there? The supplier is asked for them.`;
  const yes = button(`Report ${open.length} as missing`, () => inTurn(() => finish(section, open)));
  const no = button("No, go on", () => { ask.hidden = true; focus(); });
  ask.replaceChildren(line, yes, no);
  ask.hidden = false;
  yes.focus();
}

async function finish(section, asked) {
  await release();
  const open = asked.filter((one) => one.dataset.state === "outstanding");
  const { place, person } = counter.dataset;
  const { consignment, parcel: number } = section.dataset;
  // Without a number of the parcel, each item is reported by itself.
  if (number) await queue.add({ place, person, consignment, finish: number, items: open.map((one) => one.dataset.item), title: `the parcel ${number}` });
  else for (const one of open) await keep(one, { condition: "missing" });
  for (const one of open) list.show(one, "missing");
  section.querySelector(".finish").hidden = true;
  list.count();
  say("bad", `${open.length} missing`, "The parcel is finished.");
  wake();
}

function button(words, doing) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", doing);
  return made;
}

// One thing after the other, however quick the scanner is.
let turn = Promise.resolve();

function inTurn(doing) {
  turn = turn.then(doing).catch((error) => say("bad", "Not kept", `${error}. Note it on paper.`));
}

function read() {
  const code = list.cleaned(field.value);
  field.value = "";
  if (code) inTurn(() => scanned(code));
  focus();
}

function choose(item) {
  inTurn(async () => { await release(); hold(null, list.row(item)); panel.scrollIntoView({ block: "nearest" }); });
}

function listen() {
  document.getElementById("scan").addEventListener("submit", (event) => { event.preventDefault(); read(); });
  // Some scanners end a code with a tabulator.
  field.addEventListener("keydown", (event) => { if (event.key === "Tab" && field.value) { event.preventDefault(); read(); } });
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    focus();
    const about = held;
    inTurn(() => mark(about, (scan) => scan));
  });
  document.addEventListener("keydown", (event) => { if (event.target === document.body && event.key.length === 1) focus(); });
  panel.addEventListener("click", ({ target }) => {
    if (!target.closest("button")) return;
    // At once: a scanner does not wait until what was clicked is kept.
    focus();
    const about = held;
    const { mark: condition, fault } = target.dataset;
    if ("undo" in target.dataset) inTurn(() => undo(about));
    else inTurn(() => mark(about, condition ? toCondition(condition) : toFault(fault)));
  });
  list.goods.addEventListener("click", ({ target }) => {
    const section = target.closest(".parcel");
    if ("finish" in target.dataset) return askFinish(section);
    if (target.closest("button")) focus();
    if ("all" in target.dataset) inTurn(() => allHere(section));
    else if ("choose" in target.dataset) choose(target.closest("[data-item]").dataset.item);
  });
  setInterval(() => { if (!document.hidden && !held && !waiting() && !list.isAsking()) renew().catch(() => {}); }, RENEW);
}

if (counter) {
  listen();
  const settle = (item, state) => {
    const one = list.row(item);
    if (one) list.show(one, state);
    list.count();
  };
  overlay().then(() => start({ counter, renew, say, settle }));
  focus();
}
