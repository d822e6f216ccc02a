// Delimiter and decimal sign, as the user's spreadsheet program expects them.

const WITH_POINT = /^-?\d+\.\d+$/;
const WITH_COMMA = /^-?\d+,\d+$/;
// "1,234" may be a thousand.
const THOUSAND = /^-?\d{1,3}[.,]\d{3}$/;

/** Those of a file. Without decimal numbers in the file, the delimiter suggests the sign. */
export function separatorsOfFile({ records, delimiter }) {
  let commas = 0;
  for (const { cells } of records) {
    for (const cell of cells) {
      if (THOUSAND.test(cell)) continue;
      if (WITH_COMMA.test(cell)) commas += 1;
      else if (WITH_POINT.test(cell)) commas -= 1;
    }
  }
  if (commas) return { delimiter, decimal: commas > 0 ? "," : "." };
  const usual = { ",": ".", ";": "," };
  return { delimiter, decimal: usual[delimiter] ?? separatorsOfUser().decimal };
}

/** Those of the user's locale. A list has semicolons where numbers have commas. */
export function separatorsOfUser() {
  const parts = new Intl.NumberFormat(locale()).formatToParts(0.5);
  const decimal = parts.find(({ type }) => type === "decimal").value === "," ? "," : ".";
  return { delimiter: decimal === "," ? ";" : ",", decimal };
}

/**
 * The browser's locale of the page's language. The page is in English also for users of a
 * language that the page does not have, whose first locale counts.
 */
function locale() {
  const spoken = document.documentElement.lang;
  const found = navigator.languages.find((tag) => tag.toLowerCase().startsWith(spoken));
  return found ?? (spoken === "en" ? navigator.language : spoken);
}
