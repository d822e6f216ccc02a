"""A small fourth family, which tests add to a copy of the project."""
