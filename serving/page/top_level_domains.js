// The top-level domains of IANA, in Latin letters and in their own scripts. The service writes the
// list by which the models recognise links.

export const TOP_LEVEL_DOMAINS = "{top_level_domains}".split(" ");
