// The form of an operation that sends a request, and shows the answer. The token stays in its field and is kept nowhere else.
"use strict";

function input(name, value, attributes = {}) {
  return element("label", {}, element("code", { class: attributes.required ? "required" : "" }, name), " ", element("input", { name, value, ...attributes }));
}

function firstValue(parameter) {
  if (parameter.name === "Idempotency-Key") return globalThis.crypto?.randomUUID?.() ?? String(Date.now());
  if (!parameter.required) return "";
  const example = exampleOf(parameter.schema);
  return String(Array.isArray(example) ? example[0] : example);
}

function sending(path, method, described) {
  const all = (described.parameters ?? []).filter((one) => one.in !== "cookie");
  const inputs = all.map((one) => input(one.name, firstValue(one), one.required ? { required: "" } : {}));
  const [[type, body] = []] = Object.entries(described.requestBody?.content ?? {});
  const text = body && element("textarea", { name: "body", rows: "12", spellcheck: "false", "aria-label": `Body, ${type}` });
  if (text) text.value = sampleOf(body);
  const shown = element("div", { class: "answer", role: "status" });
  const form = element("form", { class: "sending" }, ...inputs, text ?? "", element("button", {}, "Send"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    shown.replaceChildren(element("p", {}, "Waiting for the answer"));
    const values = all.map((one, place) => [one, inputs[place].querySelector("input").value]);
    shown.replaceChildren(...(await answered(path, method, values, text && { type, text: text.value })));
  });
  return element("details", {}, element("summary", {}, "Send a request"), form, shown);
}

function requested(path, values) {
  let address = path;
  const query = new URLSearchParams();
  const token = document.getElementById("token").value.trim();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  for (const [one, value] of values) {
    if (one.in === "path") address = address.replace(`{${one.name}}`, encodeURIComponent(value));
    else if (value && one.in === "header") headers[one.name] = value;
    else if (value) for (const part of one.schema.type === "array" ? value.split(",") : [value]) query.append(one.name, part.trim());
  }
  return [query.size ? `${address}?${query}` : address, headers];
}

async function answered(path, method, values, body) {
  const [address, headers] = requested(path, values);
  if (body) headers["Content-Type"] = body.type;
  try {
    const answer = await fetch(address, { method: method.toUpperCase(), headers, body: body?.text, cache: "no-store" });
    const type = answer.headers.get("content-type") ?? "";
    const whole = await answer.text();
    const named = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const shown = type.includes("json") && !type.includes("jsonl") ? JSON.stringify(JSON.parse(whole), null, 2) : whole;
    const line = element("p", {}, element("strong", {}, `${answer.status} ${answer.statusText}`), quiet(`${method.toUpperCase()} ${address}`));
    return [line, element("pre", { tabindex: "0", "aria-label": "Headers of the answer" }, named), element("pre", { tabindex: "0", "aria-label": "The answer" }, shown)];
  } catch (error) {
    return [element("p", {}, `The request was not answered: ${error.message}.`)];
  }
}
