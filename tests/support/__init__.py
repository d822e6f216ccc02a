"""Servers, browsers, stores and data that tests share. This package holds no test."""
