"""The behaviour gate: invented cases of each kind of text, and what a model must know of them."""
