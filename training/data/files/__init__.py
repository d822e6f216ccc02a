"""Files of rows: CSV, JSON Lines and Parquet, plain, packed or in folders, read strictly.

``open_tables`` opens the files of a path. ``Table.rows`` yields their rows.
"""
