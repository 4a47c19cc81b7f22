// An array as a heat map: a table of numbers if it is small, a picture of coloured squares if it is not.

const READABLE = 64; // so many cells are written out as numbers

/** A figure of an array's cells, with its caption; `name` says what the array is. */
function heatMap(name, summary, cells = summary?.cells) {
  if (!cells) return null;
  const values = cells.values.map(toNumber);
  const top = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  const small = cells.rows * cells.columns <= READABLE && cells.columns <= 12;
  const size = [`${cells.rows} × ${cells.columns}`, blockNote(summary, cells)].filter(Boolean).join(". ");
  return html(
    "figure",
    { class: "heat" },
    html("figcaption", {}, `${name} `, html("span", { class: "soft" }, size)),
    small ? numberTable(name, cells, values, top) : coloured(name, cells, values, top),
    top > 0 ? legend(top) : null,
  );
}

/** What a square of a large array shows, and what it hides: above all zeros. */
function blockNote(summary, { height, width, shows }) {
  if (shows === "element") return "";
  const { size, zero = 0, mean = 0 } = summary;
  const block = `${height} × ${width} elements`;
  const zeros = zero ? `${formatNumber((100 * zero) / size, 2)} % are 0` : "";
  if (shows === "mean") return `Each square shows the mean of ${block}.${zeros ? ` Of all elements ${zeros}.` : ""}`;
  const what = `Each square stands for ${block} and shows the largest in magnitude, not their mean`;
  return `${what}. Of all elements the mean is ${formatNumber(mean)}${zeros ? `; ${zeros}` : ""}.`;
}

function legend(top) {
  const ends = [`−${formatNumber(top)}`, formatNumber(top)].map((text) => html("span", {}, text));
  return html("p", { class: "legend", "aria-hidden": "true" }, ends[0], html("span", { class: "ramp" }), ends[1]);
}

function numberTable(name, cells, values, top) {
  const table = html("table", { class: "cells", "aria-label": name });
  for (let r = 0; r < cells.rows; r++) {
    const row = html("tr");
    for (let c = 0; c < cells.columns; c++) {
      const value = values[r * cells.columns + c];
      const cell = html("td", { title: `row ${r}, column ${c}: ${formatNumber(value, 8)}` }, formatNumber(value, 3));
      const share = shareOf(value, top);
      cell.style.backgroundColor = colour(share);
      row.append(cell);
    }
    table.append(row);
  }
  return html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": name }, table);
}

function coloured(name, cells, values, top) {
  const side = Math.max(3, Math.min(16, Math.floor(300 / Math.max(cells.columns, 1))));
  const picture = svg("svg", {
    class: "squares", role: "img", viewBox: `0 0 ${cells.columns * side} ${cells.rows * side}`,
    width: cells.columns * side, "aria-label": `${name}: ${cells.rows} rows, ${cells.columns} columns, up to ±${formatNumber(top)}`,
  });
  values.forEach((value, i) => {
    const [r, c] = [Math.floor(i / cells.columns), i % cells.columns];
    const at = `row ${r * cells.height}, column ${c * cells.width}`;
    const square = svg("rect", { x: c * side, y: r * side, width: side, height: side });
    square.style.fill = colour(shareOf(value, top));
    square.append(svg("title", {}, `${at}: ${formatNumber(value)}`));
    picture.append(square);
  });
  return picture;
}

function shareOf(value, top) {
  if (Number.isNaN(value)) return NaN;
  return top === 0 ? 0 : Math.max(-1, Math.min(1, value / top));
}

/** Blue below zero, orange above, more of it the larger; nan is purple. Mixed with the page's own background. */
function colour(share) {
  if (Number.isNaN(share)) return "var(--nan)";
  const strength = Math.round(100 * Math.sqrt(Math.abs(share)));
  return `color-mix(in srgb, var(${share < 0 ? "--below" : "--above"}) ${strength}%, var(--card))`;
}

/** A node's full Jacobian: a row an element of the output, a column an element of the input. */
function jacobianFigure(model, edge) {
  if (!edge.jacobian) return null;
  return heatMap(`Jacobian ${derivativeOf(model.nodes.get(edge.target), model.nodes.get(edge.source))}`, null, edge.jacobian);
}
