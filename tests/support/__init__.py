"""Servers, browsers, stores and data that tests share. No test is in here."""
