// Headings of columns, understood by the words within them.

const MOST_WORDS = 8;
const MOST_CHARACTERS = 60;

// English, French, German and Spanish, in the singular and without accents.
const TEXT = words(`text texte texto content contenu contenido inhalt body verbatim
  fulltext tweettext posttext messagetext commenttext bodytext cleantext rawtext`);
const MESSAGE = words(`tweet message mensaje nachricht comment commentaire comentario kommentar
  post beitrag publication caption legende review avi feedback remarque reponse reply snippet
  sentence phrase statement`);
const PERHAPS = words("description title titre status statut summary resume headline");
const OF_THE_TEXT = words(`a an the of your our user customer client clean cleaned full raw original
  un une le la les l de du d des votre vos corps complet hit mention x twitter der des el del`);
const OTHER = words(`id ids identifiant uuid guid key cle permalink permalien url uri link linked
  lien href date time timestamp heure horodatage day jour created cree at author auteur username
  name nom pseudo screen handle account compte profile profil email mail phone telephone lang
  language langue type category categorie source network platform count number nombre nb num no total
  rate taux score rating length longueur size like retweet repost share impression engagement
  view vue click clic follower abonne location lieu city ville country pay coord geo latitude
  longitude timezone zone hashtag tag media image photo video avatar thumbnail icon sentiment
  label polarity target emotion tone reason confidence gold bio version index row ligne query flag`);

/** 0 for an unknown heading, below 0 for a column without tweets; else the higher, the surer. */
export function headingWeight(name) {
  const said = wordsOf(name);
  if (!said.length || said.length > MOST_WORDS || name.length > MOST_CHARACTERS) return 0;
  if (said.some((word) => OTHER.has(word))) return -1;
  const weight = (word) => (TEXT.has(word) ? 3 : MESSAGE.has(word) ? 2 : PERHAPS.has(word) ? 1 : 0);
  const most = Math.max(...said.map(weight));
  // Of "text" and "clean text", the shorter heading wins.
  return most ? most * 10 - said.length : 0;
}

/** Whether a cell is a heading of texts and nothing else, such as "Texte du tweet". */
export function isTextHeading(cell) {
  const said = wordsOf(cell);
  return headingWeight(cell) >= 10 && said.every(isOfTexts) && !/[.!?#@]/.test(cell);
}

/** Whether a cell is a heading of a column without tweets, and nothing else, such as "Tweet id". */
export function isDataHeading(cell) {
  const said = wordsOf(cell);
  return said.some((word) => OTHER.has(word)) && said.every((word) => OTHER.has(word) || isOfTexts(word));
}

function isOfTexts(word) {
  return TEXT.has(word) || MESSAGE.has(word) || OF_THE_TEXT.has(word);
}

function wordsOf(name) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "");
  const apart = plain.replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ").toLowerCase();
  const said = apart.match(/\p{L}+|\d+/gu) ?? [];
  return said.map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
}

function words(list) {
  return new Set(list.split(/\s+/).map((word) => (word.length > 3 ? word.replace(/s$/, "") : word)));
}
