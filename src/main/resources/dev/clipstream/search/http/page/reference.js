// Displays the OpenAPI document: one section per operation, with its parameters, body and responses.
import { get } from "./api.js";

const METHODS = ["get", "post", "put", "delete"];

let api;

/** Creates an element without parsing HTML. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

function resolved(part) {
  const found = part.$ref ? part.$ref.slice(2).split("/").reduce((at, name) => at[name], api) : part;
  return found;
}

/** Returns a schema in one line, in the notation of a value. */
function shape(schema, depth = 0) {
  if (!schema) return "";
  if (schema.$ref) {
    return depth > 1 ? schema.$ref.split("/").pop() : shape(resolved(schema), depth + 1);
  }
  if (schema.allOf) return schema.allOf.map((part) => shape(part, depth)).join(" & ");
  if (schema.oneOf) return schema.oneOf.map((part) => shape(part, depth)).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `[${shape(schema.items, depth + 1)}, …]`;
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([name, value]) => {
      const optional = schema.required && !schema.required.includes(name) ? "?" : "";
      return `${name}${optional}: ${shape(value, depth + 1)}`;
    });
    return `{${members.join(", ")}}`;
  }
  const type = [schema.type ?? "any"].flat().join(" | ");
  return schema.format ? `${type} (${schema.format})` : type;
}

function range(schema) {
  const limits = [];
  if (schema.minimum !== undefined) limits.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) limits.push(`to ${schema.maximum}`);
  if (schema.default !== undefined) limits.push(`default ${schema.default}`);
  return limits.join(", ");
}

function parameters(list) {
  if (!list.length) return null;
  return h(
    "table",
    {},
    h("caption", {}, "Parameters"),
    h(
      "tbody",
      {},
      ...list.map(resolved).map((parameter) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, h("code", {}, parameter.name), parameter.required ? " (needed)" : ""),
          h("td", {}, shape(parameter.schema)),
          h("td", {}, [parameter.description, range(parameter.schema)].filter(Boolean).join("; ")),
        ),
      ),
    ),
  );
}

function contents(title, content) {
  return Object.entries(content ?? {}).map(([type, { schema, example }]) =>
    h(
      "div",
      {},
      h("h3", {}, `${title} `, h("code", {}, type)),
      h("pre", { tabindex: "0" }, shape(schema)),
      example ? h("pre", { tabindex: "0" }, JSON.stringify(example)) : null,
    ),
  );
}

function answers(responses) {
  return h(
    "table",
    {},
    h("caption", {}, "Answers"),
    h(
      "tbody",
      {},
      ...Object.entries(responses).map(([status, response]) =>
        h("tr", {}, h("th", { scope: "row" }, h("code", {}, status)), h("td", {}, resolved(response).description)),
      ),
    ),
  );
}

function operation(path, method, told, shared) {
  const ok = Object.entries(told.responses).find(([status]) => status.startsWith("2"))[1];
  const id = `${method}-${path.replace(/\W+/g, "-")}`;
  return h(
    "section",
    { id, "aria-labelledby": `${id}-name` },
    h("h2", { id: `${id}-name` }, h("span", { class: `method ${method}` }, method.toUpperCase()), " ", h("code", {}, path)),
    h("p", {}, told.summary, told.description ? `. ${told.description}` : ""),
    parameters([...shared, ...(told.parameters ?? [])]),
    ...contents("Body", told.requestBody?.content),
    ...contents("Answer", resolved(ok).content),
    answers(told.responses),
  );
}

async function show() {
  api = await get("../v1/openapi.json");
  const sections = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) =>
      operation(path, method, item[method], item.parameters ?? []),
    ),
  );
  document.getElementById("main").replaceChildren(
    h("h1", {}, `${api.info.title} ${api.info.version}`),
    h("p", {}, api.info.summary),
    h("p", {}, api.info.description),
    ...sections,
  );
}

show().catch((failure) => document.getElementById("main").replaceChildren(h("p", { role: "alert" }, failure.message)));
