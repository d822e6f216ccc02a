"""One connection: its requests are limited in size and time, and its client may leave."""
