// Numbers and arrays as short text.

const [SMALLEST_POWER, LARGEST_POWER] = [-4, 7]; // of ten: numbers beyond have an exponent
const WHOLE = 10 ** LARGEST_POWER;
const NONE_YET = "none yet"; // which is not 0

/** A number as short text: the same as `number` in viz/text.py, which says the rules. */
function formatNumber(x, digits = 4) {
  if (typeof x === "object" && x !== null) {
    const imaginary = formatNumber(x.im, digits);
    return `${formatNumber(x.re, digits)} ${imaginary.startsWith("−") ? `− ${imaginary.slice(1)}` : `+ ${imaginary}`}i`;
  }
  if (typeof x === "boolean") return x ? "True" : "False";
  const value = toNumber(x);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < WHOLE) return String(value).replace("-", "−");
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const short = power >= SMALLEST_POWER && power < LARGEST_POWER;
  const text = short ? String(Number(value.toFixed(Math.max(0, digits - 1 - power)))) : `${Number(mantissa)}e${power}`;
  return text.replaceAll("-", "−");
}

/** JSON has no nan and no infinity: they come as text. */
function toNumber(x) {
  return x === "nan" ? NaN : x === "inf" ? Infinity : x === "-inf" ? -Infinity : Number(x);
}

/** An array in a few characters: its one number, or the range of its elements. */
function formatRange(summary) {
  if (summary.number !== undefined) return formatNumber(summary.number);
  if (!summary.size) return "empty";
  const trouble = (summary.nan ?? 0) + (summary.inf ?? 0);
  if (trouble === summary.size) return "nothing finite";
  const [min, max] = [summary.min ?? 0, summary.max ?? 0];
  return min === max && !trouble ? `all ${formatNumber(min)}` : `${formatNumber(min, 3)} … ${formatNumber(max, 3)}`;
}

/** A gradient: its one number, or the norm of its elements. */
function formatGradient(summary) {
  if (summary === null || summary === undefined) return NONE_YET;
  if (summary.number !== undefined) return formatNumber(summary.number);
  const trouble = [summary.nan ? `${summary.nan} nan` : "", summary.inf ? `${summary.inf} inf` : ""].filter(Boolean);
  return trouble.length ? trouble.join(", ") : `‖·‖\u00a0${formatNumber(summary.norm ?? 0)}`;
}

function formatShape(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : shape.length ? `(${shape.join(", ")})` : "scalar";
}

/** Everything that is known of an array, in words. */
function describe(summary) {
  if (!summary) return NONE_YET;
  if (summary.number !== undefined) return formatNumber(summary.number, 8);
  if (summary.size && summary.min === summary.max && !summary.nan && !summary.inf) return `all ${formatNumber(summary.min ?? 0)}`;
  const parts = ["min", "max", "mean", "norm"]
    .filter((key) => summary.size > (summary.nan ?? 0) + (summary.inf ?? 0) || summary[key] !== undefined)
    .map((key) => `${key} ${formatNumber(summary[key] ?? 0)}`);
  if (summary.zero) parts.push(`${summary.zero.toLocaleString("en")} of ${summary.size.toLocaleString("en")} are 0`);
  if (summary.nan) parts.push(`${summary.nan} nan`);
  if (summary.inf) parts.push(`${summary.inf} inf`);
  return parts.join(", ") || "empty";
}

/** The number that a text stands for, unrounded: the element, or the norm of several. For tests, and for copying. */
function exact(summary) {
  if (!summary) return null;
  const number = summary.number ?? summary.norm ?? 0; // a norm of 0 is left out of the JSON
  return typeof number === "object" ? `${number.re} ${number.im}` : number;
}

/** Text cut to a length that fits a box. */
function shorten(text, length = 28) {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : text;
}
