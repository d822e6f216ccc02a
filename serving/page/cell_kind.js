// The kind of a cell and of a column: a text, or a link, number, date, id, tag, name or data.

const LINK = /^(?:https?:\/\/|www\.)\S+$|^(?:[\w-]+\.)+[a-z]{2,}\/\S*$/i;
const MAIL = /^[\w.+-]+@[\w-]+\.[\w.-]+$/;
// With a unit or a currency, such as "EUR 7.50" or "12 km".
const NUMBER = /^[-+]?(?:[$€£]|[A-Z]{3}\s)?\s?\d[\d\s.,'’]*(?:e[-+]?\d+)?\s?(?:[%$€£]|\p{L}{1,3})?$/iu;
const DATE = /^[\p{L}\d\s/:.,+()-]{4,48}$/u;
const DATE_WORDS = [
  "a|at|of|le|de|t|z|am|pm|h|min|s|st|nd|rd|th|er|utc|gmt|ces?t|bst|[ep][sd]t",
  "jan.*|f[eé]v.*|feb.*|m[aä]r[sz]?|march|apr.*|avr.*|ma[iy]|juin|june?|juil.*|july?|ao[uû]t|aug.*",
  "sep.*|o[ck]t.*|nov.*|d[eé][cz].*",
  "mon|tue|wed|thu|fri|sat|sun|\\w+day|lun|mar|mer|jeu|ven|sam|dim|\\w+di|dimanche",
];
const DATE_WORD = new RegExp(`^(?:${DATE_WORDS.join("|")})$`, "iu");
const CODE = /^(?=\S*\d)[\w:.#/-]+$/;
// Lists and objects of programs, and elements of HTML.
const DATA = /^(?:\[.*\]|\{.*\}|<\w.*>)$/s;
const TAGS = /^(?:[#@][\p{L}\p{N}_]+[\s,;]*)+$/u;
const PARTICLE = /^(?:de|du|la|le|van|von|der|den|di|da|el|al|bin|of|and|et)$/;
const SAMPLE_CELLS = 200;
// Least share of cells that are data in a column of data. Some tweets are a link alone.
const MOSTLY = 0.8;
// Least share of texts in a column of texts, of which some are short.
const PARTLY = 0.3;
// A category repeats few values in this many cells or more.
const CATEGORY_CELLS = 10;
const CATEGORY_VALUES = 0.3;

/** The kinds that no tweet has. */
export const DATA_KINDS = new Set(["link", "number", "date", "id", "tags", "mail", "data", "empty"]);

export function cellKind(cell) {
  const content = cell.trim().replace(/^=?["']+|["']+$/g, "");
  if (!content) return "empty";
  if (LINK.test(content)) return "link";
  if (MAIL.test(content)) return "mail";
  if (NUMBER.test(content)) return "number";
  if (isDate(content)) return "date";
  if (TAGS.test(content)) return "tags";
  if (DATA.test(content)) return "data";
  const words = content.split(/\s+/);
  if (words.length === 1) {
    if (CODE.test(content)) return "id";
    return /[^\0-\u024f]{4}/.test(content) ? "text" : "word";
  }
  return isName(content, words) ? "name" : "text";
}

/** The kind of a column by its first cells. */
export function columnKind(cells) {
  const filled = cells.filter((cell) => cell.trim()).slice(0, SAMPLE_CELLS);
  if (!filled.length) return "empty";
  const kinds = Map.groupBy(filled.map(cellKind), (kind) => kind);
  const share = (kind) => (kinds.get(kind)?.length ?? 0) / filled.length;
  const data = [...DATA_KINDS].toSorted((one, other) => share(other) - share(one));
  if (data.reduce((sum, kind) => sum + share(kind), 0) >= MOSTLY) return data[0];
  const different = new Set(filled).size / filled.length;
  const repeated = filled.length >= CATEGORY_CELLS && different < CATEGORY_VALUES;
  if (share("text") >= PARTLY) return repeated ? "category" : "text";
  return share("name") >= share("word") ? "name" : "word";
}

function isDate(content) {
  if (!/\d/.test(content) || !DATE.test(content)) return false;
  return (content.match(/\p{L}+/gu) ?? []).every((word) => DATE_WORD.test(word));
}

/** Up to four words with a capital letter each, such as "Ana de Armas" or "Paris, France". */
function isName(content, words) {
  if (words.length > 4 || !/^[\p{L}\s.,'’()-]+$/u.test(content)) return false;
  return words.every((word) => /^\(?\p{Lu}/u.test(word) || PARTICLE.test(word));
}
