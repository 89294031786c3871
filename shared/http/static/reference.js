// Shows /openapi.json: operations by tag, with parameters, bodies, answers and examples. Everything becomes text, never markup.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST_EXAMPLE = 8;
let api = {};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== ""));
  return made;
}

const quiet = (text) => (text ? element("span", { class: "quiet" }, ` ${text}`) : "");

// A schema, with what its references mean: those of a body that a route reads itself are in its own `$defs`.
function resolved(schema, defs) {
  const known = schema.$defs ?? defs;
  if (!schema.$ref) return [schema, known];
  const [, name] = schema.$ref.match(/^#\/\$defs\/(.+)$/) ?? [];
  const target = name ? known[name] : schema.$ref.slice(2).split("/").reduce((at, step) => at?.[step], api);
  return resolved({ ...target, ...(schema.description && { description: schema.description }) }, known);
}

const alternatives = (schema) => schema.anyOf ?? schema.oneOf ?? (schema.allOf?.length === 1 ? schema.allOf : undefined);

function typeOf(schema, defs) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const several = alternatives(schema);
  if (several) return several.map((one) => typeOf(one, defs)).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {}, defs)}`;
  if (schema.type === "object" && schema.additionalProperties) {
    return `object of ${typeOf(schema.additionalProperties === true ? {} : schema.additionalProperties, defs)}`;
  }
  if (schema.type === "object" && schema.title) return schema.title;
  return [schema.format ?? schema.type ?? "anything"].flat().join(" | ");
}

function limitsOf(schema) {
  const words = {
    minimum: "at least", maximum: "at most", exclusiveMinimum: "more than", exclusiveMaximum: "less than", pattern: "pattern",
    minLength: "characters at least", maxLength: "characters at most", minItems: "entries at least", maxItems: "entries at most",
  };
  const known = [schema, ...(alternatives(schema) ?? [])];
  const limits = Object.entries(words).flatMap(([key, word]) => known.filter((one) => key in one).map((one) => `${word} ${one[key]}`));
  if (schema.default !== undefined && schema.default !== null) limits.push(`default ${JSON.stringify(schema.default)}`);
  return limits.length ? `(${limits.join(", ")})` : "";
}

// What is inside a schema: its own fields, or those of what it lists or may be.
function objectsIn(schema, defs, seen = 0) {
  const [whole, known] = resolved(schema, defs);
  if (seen > DEEPEST_EXAMPLE) return [];
  if (whole.properties) return [[whole, known]];
  const inner = [...(alternatives(whole) ?? []), ...(whole.items ? [whole.items] : [])];
  if (typeof whole.additionalProperties === "object") inner.push(whole.additionalProperties);
  return inner.flatMap((one) => objectsIn(one, known, seen + 1));
}

function field(name, schema, required, defs) {
  const [whole, known] = resolved(schema, defs);
  const line = [
    element("code", { class: required ? "required" : "" }, name),
    quiet(typeOf(schema, defs)),
    quiet(limitsOf(whole)),
    whole.description ? element("span", {}, ` ${whole.description}`) : "",
  ];
  const inner = objectsIn(schema, defs);
  if (!inner.length) return element("li", {}, ...line.filter(Boolean));
  const details = element("details", {}, element("summary", {}, ...line.filter(Boolean)));
  // Filled when it is opened: a schema may contain itself.
  details.addEventListener("toggle", () => details.append(...inner.map(([one, its]) => fields(one, its ?? known))), { once: true });
  return element("li", {}, details);
}

function fields(schema, defs) {
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([name, one]) => field(name, one, required.has(name), defs));
  return element("ul", { class: "fields" }, ...lines);
}

function exampleOf(schema, defs, depth = 0) {
  const [whole, known] = resolved(schema, defs);
  if (whole.examples?.length) return whole.examples[0];
  if (whole.example !== undefined) return whole.example;
  if (whole.const !== undefined) return whole.const;
  if (whole.default !== undefined) return whole.default;
  if (whole.enum) return whole.enum[0];
  const [first] = alternatives(whole) ?? [];
  if (first) return exampleOf(first, known, depth);
  if (depth > DEEPEST_EXAMPLE) return null;
  if (whole.type === "array") return [exampleOf(whole.items ?? {}, known, depth + 1)];
  if (whole.properties) {
    return Object.fromEntries(Object.entries(whole.properties).map(([name, one]) => [name, exampleOf(one, known, depth + 1)]));
  }
  const plain = { integer: whole.minimum ?? 1, number: whole.minimum ?? 1, boolean: true, object: {}, null: null };
  const texts = { date: "2026-03-02", "date-time": "2026-03-02T12:00:00Z", uuid: "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5" };
  return whole.type in plain ? plain[whole.type] : (texts[whole.format] ?? "text");
}

function content(media) {
  return Object.entries(media ?? {}).flatMap(([type, { schema = {}, example }]) => {
    const shown = example ?? exampleOf(schema, {});
    const text = typeof shown === "string" ? shown : JSON.stringify(shown, null, 2);
    const sample = element("details", {}, element("summary", {}, "Example"), element("pre", {}, text));
    const shapes = objectsIn(schema, {}).map(([one, defs]) => fields(one, defs));
    return [element("p", { class: "text" }, element("code", {}, type), quiet(typeOf(schema, {}))), ...shapes, sample];
  });
}

function parameters(all) {
  if (!all.length) return [];
  const lines = all.map((one) => {
    const named = { ...one.schema, ...(one.description && { description: one.description }) };
    const line = field(one.name, named, one.required, {});
    line.append(quiet(`in ${one.in}`));
    return line;
  });
  return [element("h3", {}, "Parameters"), element("ul", { class: "fields" }, ...lines)];
}

function answers(responses) {
  return Object.entries(responses ?? {}).flatMap(([status, answer]) => [
    element("h3", {}, `Answer ${status}`, quiet(answer.description)),
    ...content(answer.content),
  ]);
}

function operation(path, method, described, shared) {
  const summary = element(
    "summary", {},
    element("span", { class: `method ${method}` }, method.toUpperCase()),
    element("code", { class: "path" }, path),
    quiet(described.summary),
  );
  const details = element("details", { class: "operation", id: `${method}${path}` }, summary);
  details.dataset.words = `${method} ${path} ${described.summary ?? ""} ${described.description ?? ""}`.toLowerCase();
  const fill = () => {
    const body = described.requestBody ? [element("h3", {}, "Body"), ...content(described.requestBody.content)] : [];
    const text = described.description ? [element("p", { class: "text" }, described.description)] : [];
    const all = parameters([...(shared ?? []), ...(described.parameters ?? [])]);
    details.append(element("div", {}, ...text, ...all, ...body, ...answers(described.responses)));
  };
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

function grouped() {
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => one in methods)) {
      const [tag] = methods[method].tags ?? ["other"];
      groups.set(tag, [...(groups.get(tag) ?? []), operation(path, method, methods[method], methods.parameters)]);
    }
  }
  return groups;
}

function find(words) {
  for (const section of document.querySelectorAll("main section")) {
    const shown = [...section.querySelectorAll(".operation")].filter((one) => {
      one.hidden = !words.every((word) => one.dataset.words.includes(word));
      return !one.hidden;
    });
    section.hidden = !shown.length;
  }
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
  named?.scrollIntoView();
}

async function show() {
  const status = document.getElementById("status");
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    api = await answer.json();
  } catch (error) {
    status.textContent = `The description of the API cannot be loaded: ${error.message}. Reload the page.`;
    return;
  }
  document.title = document.getElementById("title").textContent = `${api.info.title}: API reference`;
  for (const [tag, operations] of grouped()) {
    document.getElementById("tags").append(element("a", { href: `#${tag}` }, tag));
    document.getElementById("operations").append(element("section", { id: tag }, element("h2", {}, tag), ...operations));
  }
  const input = document.getElementById("find");
  input.addEventListener("input", () => find(input.value.toLowerCase().split(/\s+/)));
  status.textContent = Object.keys(api.paths).length ? "" : "This process has no routes but health and metrics.";
  addEventListener("hashchange", openNamed);
  openNamed();
}

show();
