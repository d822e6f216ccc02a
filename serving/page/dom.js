// The only module that creates elements. Text becomes text nodes, never markup.

import { label, say } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children, which are nodes or plain text.
 * The properties `text` and `label` are [key, values] of a translation. Properties `on…` are
 * listeners, and `style` sets custom properties. All other properties are attributes, unless the
 * value is false or null.
 */
export function element(tag, properties = {}, ...children) {
  return build(document.createElement(tag), properties, children);
}

export function shape(tag, properties = {}, ...children) {
  return build(document.createElementNS(SVG, tag), properties, children);
}

function build(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") say(node, ...[value].flat());
    else if (name === "label") label(node, ...[value].flat());
    else if (name === "style") {
      for (const [property, set] of Object.entries(value)) node.style.setProperty(property, set);
    } else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Announces a text to screen readers, without moving the focus. */
export function announce(key, values) {
  say(byId("status"), key, values);
}
