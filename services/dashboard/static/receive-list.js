"use strict";
// The expected goods in the page: which of them a code is, and how they look. Decides without the network, from the rows alone.

const WORDS = { outstanding: "to come", received: "received", damaged: "damaged", missing: "missing" };
const LOOKS = { received: "good", damaged: "bad", missing: "bad" };

export const goods = document.getElementById("goods");

export const rows = () => [...goods.querySelectorAll("[data-item]")];
export const row = (item) => goods.querySelector(`[data-item="${CSS.escape(item)}"]`);
const waits = (one) => one.dataset.state === "outstanding";

// A scanner may send the marks of a parcel's number, and people type an ISBN with hyphens, or an old one of ten digits.
export function cleaned(code) {
  const text = code.trim();
  if (/^00\d{18}$/.test(text)) return text.slice(2);
  const plain = text.replace(/[\s-]/g, "").toUpperCase();
  if (/^97[89]\d{10}$/.test(plain)) return plain;
  return /^\d{9}[\dX]$/.test(plain) && isIsbn10(plain) ? isbn13(plain.slice(0, 9)) : text;
}

export const isTitle = (code) => /^\d{13}$/.test(code);

function isIsbn10(text) {
  const sum = [...text].reduce((total, digit, at) => total + (10 - at) * (digit === "X" ? 10 : Number(digit)), 0);
  return sum % 11 === 0 && !text.slice(0, 9).includes("X");
}

function isbn13(digits) {
  const body = `978${digits}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return body + ((10 - (sum % 10)) % 10);
}

// Returns {kind, one}: `take` one row, `already` (all are settled), `parcel` (a section), or `unknown`.
export function decide(code, parcel) {
  const known = rows();
  const labelled = known.filter((one) => one.dataset.barcode === code);
  if (labelled.length) return settled(labelled);
  const section = [...goods.querySelectorAll(".parcel")].find((one) => one.dataset.parcel === code);
  if (section) return { kind: "parcel", one: section };
  const lines = known.filter((one) => one.dataset.line === code);
  const titles = lines.length ? lines : known.filter((one) => one.dataset.isbn === code);
  return titles.length ? settled(titles, parcel) : { kind: "unknown" };
}

// Of several copies that are as good: those of the parcel in hand, then those that somebody ordered, then those without a barcode.
function settled(found, parcel) {
  const free = found.filter(waits);
  if (!free.length) return { kind: "already", one: found[0] };
  const rank = (one) => [one.closest(".parcel") !== parcel, !one.dataset.copy, !!one.dataset.barcode].map(Number).join("");
  return { kind: "take", one: free.sort((a, b) => rank(a).localeCompare(rank(b)))[0] };
}

export function show(one, state) {
  one.dataset.state = state;
  const tag = one.querySelector(".tag");
  tag.textContent = WORDS[state] ?? state;
  tag.className = `tag ${LOOKS[state] ?? ""}`;
}

export function count() {
  for (const section of goods.querySelectorAll(".parcel")) {
    const inside = [...section.querySelectorAll("[data-item]")];
    const left = inside.filter(waits).length;
    section.querySelector("[data-count]").textContent = left ? `${inside.length - left} of ${inside.length} unpacked` : "All unpacked";
    for (const button of section.querySelectorAll("[data-all], [data-finish]")) button.hidden = !left;
    for (const button of section.querySelectorAll("[data-choose]")) button.hidden = !waits(button.closest("[data-item]"));
  }
}

export const section = ({ consignment, parcel }) =>
  [...goods.querySelectorAll(".parcel")].find((one) => one.dataset.consignment === consignment && one.dataset.parcel === parcel) ?? null;

// The delivery that the code must have come with, where only one is expected.
export function only() {
  const sections = [...goods.querySelectorAll(".parcel")];
  return new Set(sections.map((one) => one.dataset.consignment)).size === 1 ? sections[0] : null;
}

// Whether a person is asked what is missing: then the list stays as it is.
export const isAsking = () => !!goods.querySelector(".finish:not([hidden])");

export const left = (section) => [...section.querySelectorAll("[data-item]")].filter(waits);

// Puts the newest list in place of the old one. Returns the page that it came from.
export async function renew() {
  const answer = await fetch(location.pathname, { cache: "no-store", redirect: "manual", headers: { "HX-Request": "true" } });
  if (answer.type === "opaqueredirect" || answer.status === 401) return { signedOut: true };
  if (!answer.ok) throw new Error(answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = fresh.getElementById("goods");
  if (!list) return { signedOut: true };
  goods.replaceChildren(...list.childNodes);
  return { counter: fresh.getElementById("counter") };
}
