"""Output of commands on the terminal: tables, progress and the sentences of errors."""
