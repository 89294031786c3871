// Shows /openapi.json: operations by tag, with parameters, bodies, answers and examples. Everything becomes text, never markup.
// sending.js has the form that sends a request.
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

const lookUp = (reference) => reference.slice(2).split("/").reduce((at, step) => at?.[step], api);

function resolved(schema) {
  if (!schema.$ref) return schema;
  return resolved({ ...lookUp(schema.$ref), ...(schema.description && { description: schema.description }) });
}

const alternatives = (schema) => schema.anyOf ?? schema.oneOf ?? (schema.allOf?.length === 1 ? schema.allOf : undefined);

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const several = alternatives(schema);
  if (several) return several.map((one) => typeOf(one)).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object" && schema.additionalProperties) {
    return `object of ${typeOf(schema.additionalProperties === true ? {} : schema.additionalProperties)}`;
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
function objectsIn(schema, seen = 0) {
  const whole = resolved(schema);
  if (seen > DEEPEST_EXAMPLE) return [];
  if (whole.properties) return [whole];
  const inner = [...(alternatives(whole) ?? []), ...(whole.items ? [whole.items] : [])];
  if (typeof whole.additionalProperties === "object") inner.push(whole.additionalProperties);
  return inner.flatMap((one) => objectsIn(one, seen + 1));
}

function field(name, schema, required) {
  const whole = resolved(schema);
  const line = [
    element("code", { class: required ? "required" : "" }, name),
    quiet(typeOf(schema)),
    quiet(limitsOf(whole)),
    whole.description ? element("span", {}, ` ${whole.description}`) : "",
  ];
  const inner = objectsIn(schema);
  if (!inner.length) return element("li", {}, ...line.filter(Boolean));
  const details = element("details", {}, element("summary", {}, ...line.filter(Boolean)));
  // Filled when it is opened: a schema may contain itself.
  details.addEventListener("toggle", () => details.append(...inner.map(fields)), { once: true });
  return element("li", {}, details);
}

function fields(schema) {
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([name, one]) => field(name, one, required.has(name)));
  return element("ul", { class: "fields" }, ...lines);
}

function exampleOf(schema, depth = 0) {
  const whole = resolved(schema);
  if (whole.examples?.length) return whole.examples[0];
  if (whole.const !== undefined) return whole.const;
  if (whole.enum) return whole.enum[0];
  const [first] = alternatives(whole) ?? [];
  if (first) return exampleOf(first, depth);
  if (depth > DEEPEST_EXAMPLE) return null;
  if (whole.type === "array") return [exampleOf(whole.items ?? {}, depth + 1)];
  return whole.default ?? (whole.type === "object" ? {} : "");
}

// The example of a body or an answer, as text.
function sampleOf({ schema = {}, example }) {
  const shown = example ?? exampleOf(schema);
  return typeof shown === "string" ? shown : JSON.stringify(shown, null, 2);
}

function content(media) {
  return Object.entries(media ?? {}).flatMap(([type, described]) => {
    const { schema = {} } = described;
    const sample = element("details", {}, element("summary", {}, "Example"), element("pre", {}, sampleOf(described)));
    const shapes = objectsIn(schema).map(fields);
    return [element("p", { class: "text" }, element("code", {}, type), quiet(typeOf(schema))), ...shapes, sample];
  });
}

function parameters(all) {
  if (!all.length) return [];
  const lines = all.map((one) => {
    const named = { ...one.schema, ...(one.description && { description: one.description }) };
    const line = field(one.name, named, one.required);
    line.append(quiet(`in ${one.in}`));
    return line;
  });
  return [element("h3", {}, "Parameters"), element("ul", { class: "fields" }, ...lines)];
}

// Those that every answer has are named once, at the top of the page.
const OF_EVERY_ANSWER = new Set(["X-Request-Id", "X-Correlation-Id"]);

function answerHeaders(headers) {
  const lines = Object.entries(headers ?? {}).filter(([name]) => !OF_EVERY_ANSWER.has(name));
  if (!lines.length) return [];
  const shown = lines.map(([name, one]) => element("li", {}, element("code", {}, name), quiet(resolved(one).description)));
  return [element("ul", { class: "fields", "aria-label": "Headers" }, ...shown)];
}

// The codes of a problem, each with its page.
function problems(media) {
  const lines = Object.entries(media.examples ?? {}).map(([code, example]) => {
    const { value, summary } = resolved(example);
    return element("li", {}, element("a", { href: value.type }, element("code", {}, code)), quiet(summary));
  });
  return [element("ul", { class: "fields" }, ...lines)];
}

function answers(responses) {
  return Object.entries(responses ?? {}).flatMap(([status, answer]) => {
    const refused = answer.content?.["application/problem+json"];
    const heading = element("h3", {}, `Answer ${status}`, quiet(refused ? "" : answer.description));
    return [heading, ...answerHeaders(answer.headers), ...(refused ? problems(refused) : content(answer.content))];
  });
}

function whoMayCall(security) {
  const lines = (security ?? []).flatMap((one) => Object.entries(one)).map(([scheme, scopes]) => {
    const { description } = api.components.securitySchemes[scheme];
    return scopes.length ? `Needs a token with the scope ${scopes.join(" ")}.` : description;
  });
  return lines.map((line) => element("p", { class: "text quiet" }, line));
}

function operation(path, method, described) {
  const summary = element(
    "summary", {},
    element("span", { class: `method ${method}` }, method.toUpperCase()),
    element("code", { class: "path" }, path),
    quiet(described.summary),
  );
  const details = element("details", { class: "operation", id: described.operationId }, summary);
  details.dataset.words = `${method} ${path} ${described.summary ?? ""} ${described.description ?? ""}`.toLowerCase();
  const fill = () => {
    const body = described.requestBody ? [element("h3", {}, "Body"), ...content(described.requestBody.content)] : [];
    const text = described.description ? [element("p", { class: "text" }, described.description)] : [];
    const asked = [...whoMayCall(described.security), ...parameters(described.parameters ?? []), ...body];
    details.append(element("div", {}, ...text, ...asked, sending(path, method, described), ...answers(described.responses)));
  };
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

function grouped() {
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => one in methods)) {
      const [tag] = methods[method].tags ?? ["other"];
      groups.set(tag, [...(groups.get(tag) ?? []), operation(path, method, methods[method])]);
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
  document.getElementById("about").textContent = api.info.description ?? "";
  const texts = Object.fromEntries((api.tags ?? []).map(({ name, description }) => [name, description]));
  for (const [tag, operations] of grouped()) {
    document.getElementById("tags").append(element("a", { href: `#${tag}` }, tag));
    const heading = [element("h2", {}, tag), element("p", { class: "quiet" }, texts[tag] ?? "")];
    document.getElementById("operations").append(element("section", { id: tag }, ...heading, ...operations));
  }
  const input = document.getElementById("find");
  input.addEventListener("input", () => find(input.value.toLowerCase().split(/\s+/)));
  status.textContent = Object.keys(api.paths).length ? "" : "This process has no routes but health and metrics.";
  addEventListener("hashchange", openNamed);
  openNamed();
}

show();
