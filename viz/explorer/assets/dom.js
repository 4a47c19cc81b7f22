// Making elements. Text is always set as text, never parsed as HTML.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** An HTML element: attributes, then children, which are elements or strings. */
function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

/** A function that gives the width of a text in pixels, in the page's own font. */
function textMeasure() {
  const context = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  return (text, size, weight = "400") => {
    context.font = `${weight} ${size}px ${family}`;
    return context.measureText(text).width;
  };
}

const wantsStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
