// Links as the platform finds them, with or without a scheme (twitter-text 3, extractUrlsWithIndices).
// The package is not maintained, and its list of top-level domains is of 2020.

import { TOP_LEVEL_DOMAINS } from "./top_level_domains.js";

const MARKS = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const INVALID = "\\ufffe\\ufeff\\uffff";
const LATIN =
  "\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u024f\\u0253\\u0254\\u0256\\u0257\\u0259\\u025b\\u0263\\u0268\\u026f" +
  "\\u0272\\u0289\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff";
const LABEL = `[^\\s\\x85!'#%&()*+,\\\\\\-./:;<=>?@[\\]^_{|}~$${INVALID}${MARKS}]`;
const ENDING = `(?:(?:${TOP_LEVEL_DOMAINS.join("|")})(?=[^0-9a-z@+-]|$)|xn--[-0-9a-z]+)`;
const DOMAIN =
  `(?:(?:${LABEL}(?:[_-]|${LABEL})*)?${LABEL}\\.)*` +
  `(?:(?:${LABEL}(?:-|${LABEL})*)?${LABEL}\\.)${ENDING}`;
const PATH = `[a-z0-9\\u0400-\\u04ff${LATIN}!*';:=+,.$/%#[\\]\\-\\u2013_~@|&]`;
const BRACKETS = `\\((?:${PATH}+|${PATH}*\\(${PATH}+\\)${PATH}*)\\)`;
// The full stop or comma after a link belongs to the sentence.
const PATH_END = `(?:[a-z0-9\\u0400-\\u04ff${LATIN}+\\-=_#/]|${BRACKETS})`;
const PATHS = `(?:${PATH}*(?:${BRACKETS}${PATH}*)*${PATH_END}|@${PATH}+/)`;
const QUERY = "\\?[a-z0-9!?*'@();:&=+$/%#[\\]\\-_.,~|]*[a-z0-9\\-_&=#/]";
const BEFORE = `(?:[^a-z0-9@\\uff20$#\\uff03${INVALID}]|[${MARKS}]|^)`;
const LINK = new RegExp(
  `(?<before>${BEFORE})(?<scheme>https?://)?(?<domain>${DOMAIN})` +
    `(?<port>:[0-9]+)?(?<path>/${PATHS}*)?(?<query>${QUERY})?`,
  "gi",
);
const BARE = new RegExp(`(?:[-a-z0-9${LATIN}]+\\.)+${ENDING}`, "gi");
const SHORT_LINK = new RegExp(`^https?://t\\.co/[a-z0-9]+(?:${QUERY})?`, "i");
const LONGEST = 4096;

/** The links of a text. */
export function linksOf(text) {
  const words = text.match(/\s?\S+/g) ?? [];
  return words
    .filter((word) => word.includes(".") && word.length <= LONGEST)
    .flatMap((word) => [...word.matchAll(LINK)].flatMap(({ groups }) => links(groups)));
}

function links({ before, scheme, domain, port = "", path = "", query = "" }) {
  if (scheme) return [shortened(scheme + domain + port + path + query)];
  if (/[-_./]/.test(before)) return [];
  const bare = domain.match(BARE) ?? [];
  // Without a path, a port or query after a bare domain is no part of the link.
  const rest = path ? port + path + query : "";
  return bare.map((link, index) => (index === bare.length - 1 ? link + rest : link));
}

/** The platform's own short links have no second part of a path. */
function shortened(link) {
  return link.match(SHORT_LINK)?.[0] ?? link;
}
