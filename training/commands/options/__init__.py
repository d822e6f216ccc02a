"""Arguments and options that several commands take, and the texts that they name."""
